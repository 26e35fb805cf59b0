"""picows behind uvicorn on a real socket: the hand-over, and frames that the socket cannot take at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from liyu.gateway import websocket
from liyu.gateway.admission import Admission
from liyu.gateway.node import Node
from liyu.gateway.outgoing import Lane
from liyu.gateway.upgrade import PATH, Door
from tests.unit.gateway.fakes import Shop, make_node

WAIT_S = 30.0


@asynccontextmanager
async def served(node: Node, shop: Any) -> AsyncIterator[int]:
    """uvicorn with the gateway's protocol on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("no request of HTTP is made")

    protocol = websocket.protocol_class(Admission(node, Door(), shop))
    server = uvicorn.Server(uvicorn.Config(application, http="httptools", ws=protocol, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        await node.drain(0)
        server.should_exit = True
        await serving


def run(scenario: Callable[[Node, ClientConnection], Awaitable[None]], **node: Any) -> None:
    """A scenario with one signed-in client that has a small receive buffer, on uvloop as in production."""

    async def main() -> None:
        shop = Shop()
        made = make_node(shop, **node)
        async with served(made, shop) as port:
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.setblocking(False)
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
            options: dict[str, Any] = {"sock": client, "compression": None, "max_size": None, "max_queue": 1}
            async with connect(f"ws://127.0.0.1:{port}{PATH}", **options) as raw:
                await raw.send('{"t":"hello","token":"ann"}')
                await raw.recv()
                await asyncio.wait_for(scenario(made, raw), WAIT_S)

    uvloop.run(main())


def test_frames_that_a_full_socket_cannot_take_arrive_whole_and_in_order() -> None:
    async def scenario(node: Node, raw: ClientConnection) -> None:
        (connection,) = node.registry.all()
        sent: list[str] = []
        for number in range(400):
            for size in (9_000, 40, 20_000):
                frame = f"{number}:" + "x" * size
                sent.append(frame)
                connection.deliver(Lane.VITAL, "", frame.encode())
            await asyncio.sleep(0)
        for frame in sent:
            assert await raw.recv() == frame

    run(scenario, queue_bytes=64 << 20)


def test_a_request_larger_than_the_first_buffer_is_taken_in_pieces() -> None:
    async def main() -> None:
        shop = Shop()
        node = make_node(shop)
        async with served(node, shop) as port:
            headers = {"Cookie": "other=" + "y" * 6_000 + "; liyu_session=ann"}
            address = f"ws://127.0.0.1:{port}{PATH}"
            async with connect(address, additional_headers=headers, compression=None) as raw:
                await raw.send('{"t":"hello"}')
                assert '"person":"per_ann"' in str(await asyncio.wait_for(raw.recv(), WAIT_S))

    uvloop.run(main())
