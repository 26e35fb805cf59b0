"""A real gift retailer's year, brought in small: Online Retail II, Dr Daqing Chen, UCI, CC BY 4.0 (see NOTICE).

Its articles with median price and pieces sold, pairs of articles bought together, and the lines of 22 December 2009
without customers. The stock is ours, by the rule in ``cleaning.py``: the data has none.
"""
