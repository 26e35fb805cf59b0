"""One example of every frame, for the AsyncAPI document. A test reads each as the frame that it stands for."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from liyu.protocol import frames

_CONV = "cnv_01k9zq3v5w8x7y6z5a4b3c2d1e"
_ANN = "per_01k9zq1a2b3c4d5e6f7g8h9j0k"
_GUIDE = "per_01k9zp9z8y7x6w5v4t3s2r1q0p"
_SHOP_QUEUE = "q:shp_01k9zn0m1n2p3q4r5s6t7v8w9x"
_AT = 1_795_420_725_573

EXAMPLES: Final[dict[type[msgspec.Struct], dict[str, Any]]] = {
    frames.Hello: {
        "t": "hello",
        "proto": 1,
        "token": "lys_…",
        "resume": {"inboxes": {f"p:{_ANN}": 14}, "heads": {_CONV: [1, 41]}},
    },
    frames.Send: {
        "t": "send",
        "conv": _CONV,
        "cid": "msg_01k9",
        "kind": "text",
        "body": {"text": "您好"},
        "vis": "all",
    },
    frames.Sub: {"t": "sub", "conv": _CONV, "epoch": 1, "after": 41},
    frames.Unsub: {"t": "unsub", "conv": _CONV},
    frames.Watch: {"t": "watch", "owner": _SHOP_QUEUE, "after": 1_204},
    frames.Unwatch: {"t": "unwatch", "owner": _SHOP_QUEUE},
    frames.ClientPing: {"t": "ping", "heads": {_CONV: 41}},
    frames.ClientPong: {"t": "pong", "heads": {_CONV: 41}},
    frames.SetCursor: {"t": "cursor", "conv": _CONV, "read": 41, "delivered": 42},
    frames.SendSignal: {"t": "signal", "conv": _CONV, "kind": "typing", "body": {"on": True}},
    frames.SendCall: {"t": "call", "call": f"{_CONV}/1", "n": 1, "kind": "offer", "body": {"sdp": "v=0…"}},
    frames.Welcome: {
        "t": "welcome",
        "proto": 1,
        "session": "ses_01k9",
        "person": _ANN,
        "now": _AT,
        "limits": {"frame_bytes": 65_536, "sends_per_minute": 240, "subscriptions": 200, "ping_interval_ms": 25_000},
        "inboxes": [f"p:{_ANN}"],
    },
    frames.Ack: {"t": "ack", "cid": "msg_01k9", "seq": 42, "at": _AT, "conv": _CONV},
    frames.Refuse: {
        "t": "refuse",
        "cid": "msg_01k9",
        "code": "send.too_many",
        "message": "发得太快了，请稍等片刻。",
        "retryable": True,
        "retry_after_ms": 250,
        "conv": _CONV,
    },
    frames.Events: {
        "t": "events",
        "conv": _CONV,
        "epoch": 1,
        "from": 42,
        "to": 43,
        "list": [
            {
                "seq": 42,
                "kind": "text",
                "actor": _GUIDE,
                "cid": "msg_01k9",
                "at": _AT,
                "body": {"text": "您好"},
                "vis": "all",
            }
        ],
    },
    frames.Resync: {"t": "resync", "conv": _CONV, "epoch": 2, "head": 7},
    frames.Evicted: {"t": "evicted", "conv": _CONV, "code": "conv.access_lost"},
    frames.Error: {"t": "error", "code": "conv.not_found", "message": "找不到这个会话。", "about": _CONV},
    frames.Inbox: {
        "t": "inbox",
        "owner": _SHOP_QUEUE,
        "from": 1_205,
        "to": 1_205,
        "list": [{"conv": _CONV, "rev": 1_205, "shop": "shp_01k9", "title": "周屿", "last_seq": 43, "unread": 1}],
    },
    frames.InboxResync: {"t": "inbox_resync", "owner": _SHOP_QUEUE, "rev": 3_000},
    frames.Cursor: {"t": "cursor", "conv": _CONV, "who": _ANN, "read": 41, "delivered": 42},
    frames.Signal: {"t": "signal", "conv": _CONV, "who": _ANN, "kind": "viewing", "body": {"product": "prd_01k9"}},
    frames.Call: {
        "t": "call",
        "call": f"{_CONV}/1",
        "n": 1,
        "kind": "offer",
        "from_device": "dev_01k9",
        "body": {"sdp": "v=0…"},
    },
    frames.ServerPing: {"t": "ping", "heads": {_CONV: 43}},
    frames.ServerPong: {"t": "pong", "heads": {_CONV: 43}},
    frames.Drain: {"t": "drain", "retry_ms": 3_000},
}
