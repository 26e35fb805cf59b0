"""Names of devices from what browsers say of themselves."""

from __future__ import annotations

import pytest

from liyu.identity.clients import device_name

MOZILLA = "Mozilla/5.0 "


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (MOZILLA + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome · Windows"),
        (MOZILLA + "(Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        (MOZILLA + "(iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        (MOZILLA + "(Linux; Android 15) Chrome/140.0 Mobile Safari/537.36 MicroMessenger/8.0", "微信 · Android"),
        (MOZILLA + "(Macintosh; Intel Mac OS X 10_15) Gecko/20100101 Firefox/140.0", "Firefox · Mac"),
        ("python-httpx/0.28", ""),
        ("", ""),
    ],
)
def test_device_names(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name
