"""The Python client: for scripts, bots and tests.

    async with Liyu("http://127.0.0.1:8080") as shop:
        await shop.sign_in("chenjing", password)
        thread = await shop.follow(conversation_id)
        ack = await shop.send(conversation_id, "text", {"text": "您好"})

What was sent is kept until it is acknowledged, over lost connections and restarts of the server, under the same
``cid``; what is followed is repaired until it is contiguous. Imports only ``kit`` and ``protocol`` of ours.
"""

from liyu.client.inbox import Inbox
from liyu.client.outbox import Refused
from liyu.client.problems import Problem
from liyu.client.shop import Liyu
from liyu.client.thread import Thread
from liyu.client.view import View

__all__ = ["Inbox", "Liyu", "Problem", "Refused", "Thread", "View"]
