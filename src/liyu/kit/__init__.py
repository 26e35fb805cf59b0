"""Ids, time, money, pages and errors: pure values that import nothing else of ours."""
