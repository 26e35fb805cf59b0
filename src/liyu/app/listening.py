"""The one socket of the server: taking its address, and saying in a sentence why that is not possible."""

from __future__ import annotations

import errno
import ipaddress
import socket

from liyu.app.settings import ServerSettings
from liyu.kit.errors import Reason, Refusal


class PortTaken(Refusal):
    """Somebody else listens there."""

    code = "server.port_taken"
    reason = Reason.CONFLICT
    zh = "端口 {port} 已经被别的程序占用。请换一个：make run PORT=… 或 --port …"
    en = "Port {port} is already in use. Choose another: make run PORT=… or --port …"


class AddressUnusable(Refusal):
    """The machine has no such address, or may not use it."""

    code = "server.address_unusable"
    reason = Reason.UNAVAILABLE
    zh = "不能在 {host}:{port} 上监听（{why}）。"
    en = "Cannot listen on {host}:{port} ({why})."


def listen(settings: ServerSettings) -> socket.socket:
    """The listening socket. Raises ``PortTaken`` or ``AddressUnusable``."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
    except OSError as error:
        raise AddressUnusable(host=settings.host, port=settings.port, why=error.strerror or str(error)) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=settings.port) from None
        raise AddressUnusable(host=settings.host, port=settings.port, why=error.strerror or str(error)) from None
    return listening


def address_of(settings: ServerSettings, listening: socket.socket) -> str:
    """Where people reach the shop: the public address, or the one listened on."""
    return default_address(settings, listening.getsockname()[1])


def default_address(settings: ServerSettings, port: int | None = None) -> str:
    """The same before anybody listens; ``port`` ``None``: the one of the settings."""
    if settings.public_url:
        return settings.public_url
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port if port is None else port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
