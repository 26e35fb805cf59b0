"""WebSocket sessions: who is connected, what they follow, and how what happened reaches them.

Knows no domain: what it needs of them are the ports in ``ports.py``.
"""
