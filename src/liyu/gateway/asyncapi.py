"""The WebSocket as an AsyncAPI 3.0 document, printed from the frames themselves.

``python -m liyu.gateway.asyncapi > docs/asyncapi.json`` writes it; a test fails when the file says something else.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any, Final, get_args

import msgspec

from liyu.gateway import refusals
from liyu.gateway.asyncapi_examples import EXAMPLES
from liyu.gateway.upgrade import PATH
from liyu.kit.errors import Refusal
from liyu.protocol import events, frames, snapshots

_SCHEMAS = "#/components/schemas/"
_MESSAGES = "#/components/messages/"
_QUERY: Final = {
    "type": "object",
    "properties": {
        "client": {
            "type": "string",
            "enum": ["desk"],
            "description": "Whose cookie speaks where `hello` has no token: the desk's; the shop's when absent.",
        }
    },
}


def document() -> dict[str, Any]:
    """The whole document."""
    said, heard = get_args(frames.AnyClientFrame), get_args(frames.AnyServerFrame)
    types = (*said, *heard, *events.KINDS.values(), snapshots.InboxEntry, frames.Event)
    _, schemas = msgspec.json.schema_components(types, ref_template=_SCHEMAS + "{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Liyu in real time",
            "version": str(frames.PROTOCOL),
            "description": _text(frames)
            + " Both sides ignore unknown fields; an unknown kind of frame is answered with `frame.unknown`, an "
            "unknown kind of event is kept and shown as such. Rules: docs/protocol.md.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "shop": {
                "host": "{host}",
                "protocol": "wss",
                "description": "The shop's own address; `ws` on loopback.",
                "variables": {"host": {"default": "127.0.0.1:8080"}},
            }
        },
        "channels": {
            "socket": {
                "address": PATH,
                "description": "One connection. The first frame is `hello`, its answer `welcome`.",
                "bindings": {"ws": {"query": _QUERY, "bindingVersion": "0.1.0"}},
                "messages": {_name(kind): {"$ref": _MESSAGES + _name(kind)} for kind in (*said, *heard)},
            }
        },
        "operations": {
            "clientSays": _operation("receive", "What a client may send.", said),
            "serverSays": _operation("send", "What the server sends.", heard),
        },
        "components": {
            "messages": {_name(kind): _message(kind) for kind in (*said, *heard)},
            "schemas": schemas,
        },
        "x-event-kinds": {kind: {"$ref": _SCHEMAS + body.__name__} for kind, body in events.KINDS.items()},
        "x-close-codes": _close_codes(),
        "x-codes": _codes(),
    }


def _operation(action: str, summary: str, kinds: tuple[type[msgspec.Struct], ...]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/socket"},
        "messages": [{"$ref": f"#/channels/socket/messages/{_name(kind)}"} for kind in kinds],
    }


def _message(kind: type[msgspec.Struct]) -> dict[str, Any]:
    text = _text(kind)
    return {
        "name": str(kind.__struct_config__.tag),
        "summary": text.partition(". ")[0].rstrip(".") + ".",
        "description": text,
        "payload": {"$ref": _SCHEMAS + kind.__name__},
        "examples": [{"payload": EXAMPLES[kind]}],
    }


def _name(kind: type[msgspec.Struct]) -> str:
    """Both sides say ``ping``, ``pong``, ``cursor``, ``signal`` and ``call``: the struct's name tells them apart."""
    return kind.__name__[0].lower() + kind.__name__[1:]


def _text(documented: Any) -> str:
    return " ".join((inspect.getdoc(documented) or "").split())


def _close_codes() -> dict[str, Any]:
    ranges = {44: "do not reconnect", 45: "reconnect at once", 46: "reconnect later, with full jitter"}
    codes = {name: code for name, code in vars(frames.Close).items() if isinstance(code, int)}
    return {
        str(code): {"name": name.lower(), "then": ranges[code // 100]}
        for name, code in sorted(codes.items(), key=lambda item: item[1])
    }


def _codes() -> dict[str, Any]:
    """What the gateway itself refuses; the domains' codes are those of the HTTP interface."""
    found = [kind for _, kind in inspect.getmembers(refusals, inspect.isclass) if issubclass(kind, Refusal)]
    return {
        kind.code: {"description": _text(kind), "retryable": kind.retryable}
        for kind in sorted(found, key=lambda kind: kind.code)
        if kind is not Refusal
    }


def text() -> str:
    """The document as it is kept in ``docs/asyncapi.json``."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
