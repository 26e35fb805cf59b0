"""The shop's protocol as the load speaks it: as few instructions as possible, counted by their marks in the bytes."""

from __future__ import annotations

import time

import msgspec

from bench.shop import Customer
from bench.sockets import Receive, Socket, connect
from liyu.protocol.frames import Resync

PADDING = "x" * 120  # an event on the wire is then about 260 bytes, as in every peer's message


def hello(token: str) -> bytes:
    """The first frame."""
    return b'{"t":"hello","proto":1,"token":"%b"}' % token.encode()


def subscription(conversation: str, epoch: int, after: int) -> bytes:
    """Follow a conversation from ``after`` on."""
    return b'{"t":"sub","conv":"%b","epoch":%d,"after":%d}' % (conversation.encode(), epoch, after)


def message(conversation: str, cid: str) -> bytes:
    """A text to everybody."""
    return b'{"t":"send","conv":"%b","cid":"%b","kind":"text","body":{"text":"%b"}}' % (
        conversation.encode(),
        cid.encode(),
        PADDING.encode(),
    )


def stamp(writer: int, number: int) -> str:
    """A ``cid`` that says when it was sent, on this machine's steady clock."""
    return f"b{writer}.{number}.{time.perf_counter_ns()}"


def age_ms(cid: bytes) -> float:
    """How long ago the ``cid`` was made, in ms."""
    return (time.perf_counter_ns() - int(cid.rpartition(b".")[2])) / 1e6


def stamps(frame: bytes) -> list[bytes]:
    """Every ``cid`` of ours in a frame."""
    return [part[: part.index(b'"')] for part in frame.split(b'"cid":"b')[1:]]


FROM_NOW_ON = 2**40  # beyond every log: the answer is where it ends, and ``Greeting`` follows from there


class Greeting:
    """Turns ``welcome`` into readiness, follows from the end where the server says where that is, hands on the rest."""

    def __init__(self, receive: Receive | None = None) -> None:
        self.receive = receive

    def __call__(self, socket: Socket, frame: bytes) -> None:
        if frame.startswith(b'{"t":"welcome"'):
            socket.settle()
        elif frame.startswith(b'{"t":"ping"'):
            socket.send(b'{"t":"pong","heads":{}}')
        elif frame.startswith(b'{"t":"resync"'):
            at = msgspec.json.decode(frame, type=Resync)
            socket.send(subscription(at.conv, at.epoch, at.head))
        elif self.receive is not None:
            self.receive(socket, frame)


async def reader(url: str, token: str, customer: Customer, receive: Receive | None = None) -> Socket:
    """A socket that follows a customer's conversation from now on."""
    socket = await connect(url, Greeting(receive), hello(token))
    socket.send(subscription(customer.conversation, customer.epoch, FROM_NOW_ON))
    return socket
