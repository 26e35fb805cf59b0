"""The command line as a person meets it: what it refuses, and in which words."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers import ROOT, Shop, announced, free_port, running_shop, shop_environment, start_shop


def liyu(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command on ``data`` and wait for its end."""
    return subprocess.run(
        [sys.executable, "-m", "liyu.app.cli", *arguments],
        env=shop_environment(data) | environment,
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture
def demo(demo_data: Path, tmp_path: Path) -> Path:
    """A demo shop of one's own, not running."""
    return Path(shutil.copytree(demo_data, tmp_path / "data"))


def refused(data: Path, settings: dict[str, dict[str, Any]]) -> str:
    """What a server says that does not open."""
    process, log = start_shop(data, settings, demo=False)
    assert process.wait(60) == 1
    return log.read_text()


def test_a_taken_port_is_a_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(tmp_path, {"server": {"port": port}})
    assert said.strip() == f"Port {port} is already in use. Choose another: make run PORT=… or --port …"


def test_an_unwritable_folder_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = liyu(tmp_path / "file" / "data", "serve", LANG="zh_CN.UTF-8")
    assert said.returncode == 1
    assert "写不进去" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_wrong_setting_is_a_clear_sentence(tmp_path: Path) -> None:
    said = liyu(tmp_path, "serve", LIYU_SERVER_PORT="soon")
    assert (said.returncode, said.stdout) == (1, "")
    assert "server.port" in said.stderr
    assert "Traceback" not in said.stderr


def test_an_unreachable_database_is_a_clear_sentence(tmp_path: Path) -> None:
    port = free_port()
    said = refused(tmp_path, {"database": {"url": f"postgresql://liyu:hidden@127.0.0.1:{port}/shop"}})
    assert f"127.0.0.1:{port}/shop does not answer" in said
    assert "hidden" not in said


def test_two_servers_do_not_share_a_sqlite_folder(shop: Shop) -> None:
    assert "Another Liyu is using the data folder" in refused(shop.data, {})


def test_published_passwords_stay_on_this_machine(demo: Path) -> None:
    everywhere = {"server": {"host": "0.0.0.0", "port": free_port()}}
    said = refused(demo, everywhere)
    assert "chenjing" in said
    assert "liyu demo secure" in said
    assert "liyu demo remove" in said
    fresh = dict(line.split() for line in liyu(demo, "demo", "secure").stdout.splitlines()[1:])
    with running_shop(demo, everywhere, demo=False) as found:
        address = found.url.replace("0.0.0.0", "127.0.0.1")
        old, new = (
            httpx.post(address + "/api/v1/sessions", json={"login": "chenjing", "password": password})
            for password in ("chenjing-liyu", fresh["chenjing"])
        )
        assert (old.status_code, new.status_code) == (401, 201)
        assert "chenjing" not in found.output()


def test_removed_demo_people_cannot_sign_in(demo: Path) -> None:
    assert "chenjing" in liyu(demo, "demo", "remove").stdout
    assert "No demo log-in" in liyu(demo, "demo", "remove").stdout
    with running_shop(demo, demo=False) as found:
        answer = httpx.post(found.url + "/api/v1/sessions", json={"login": "chenjing", "password": "chenjing-liyu"})
    assert answer.status_code == 401


def test_a_real_shop_begins_with_a_link_that_works_once(tmp_path: Path) -> None:
    made = liyu(tmp_path, "init", "--shop", "Rose & Co").stdout
    secret = made.split("/desk/join#")[1].split()[0]
    assert "/s/rose-co" in made
    with running_shop(tmp_path, demo=False) as found:
        assert "Demo log-ins" not in found.output()
        assert secret not in found.output()
        owner = {"secret": secret, "name": "Rose", "login": "rose", "password": "eleven red roses"}
        first = httpx.post(found.url + "/api/v1/links/redeem", json=owner)
        second = httpx.post(found.url + "/api/v1/links/redeem", json=owner | {"login": "mallory"})
        assert first.status_code == 201
        assert first.json()["grants"] == [{"role": "owner", "shop": None}]
        assert second.status_code in (404, 410)
        assert httpx.get(found.url + "/").headers["location"] == "/s/rose-co"


def test_people_are_added_and_listed(tmp_path: Path) -> None:
    liyu(tmp_path, "init", "--shop", "Rose")
    added = liyu(tmp_path, "user", "add", "mei", "--name", "梅", "--role", "guide", "--shop", "rose")
    assert "mei" in added.stdout
    assert liyu(tmp_path, "user", "list", "--shop", "rose").stdout == "梅\tguide@rose\n"
    assert liyu(tmp_path, "user", "list", "--shop", "tulip").returncode == 1


def test_an_installation_without_a_shop_says_what_to_do(tmp_path: Path) -> None:
    with running_shop(tmp_path, demo=False) as found:
        answer = httpx.get(found.url + "/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert "liyu init" in answer.text


def test_the_doctor_finds_what_is_wrong(demo: Path) -> None:
    port = free_port()
    well = liyu(demo, "doctor", LIYU_SERVER_PORT=str(port))
    assert "✗ database" not in well.stdout
    assert "✓ tables" in well.stdout
    with socket.create_server(("127.0.0.1", port)):
        unwell = liyu(
            demo,
            "doctor",
            LIYU_SERVER_PORT=str(port),
            LIYU_SERVER_HOST="0.0.0.0",
            LIYU_BUS_URL=f"redis://127.0.0.1:{free_port()}",
        )
    assert unwell.returncode == 1
    assert f"✗ port  Port {port} is in use" in unwell.stdout
    assert "✗ bus" in unwell.stdout
    assert "✗ log-ins" in unwell.stdout


def test_sigterm_ends_in_order(demo: Path) -> None:
    process, log = start_shop(demo, demo=False)
    url = announced(process, log)
    assert httpx.get(url + "/healthz").status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert "Traceback" not in log.read_text()


def test_a_node_without_the_gateway_opens_no_socket(demo: Path) -> None:
    headers = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "eA==",
    }
    with running_shop(demo, {"server": {"roles": ["api", "worker"]}}, demo=False) as found:
        assert httpx.get(found.url + "/api/v1/shops/pingjiang").status_code == 200
        assert httpx.get(found.url + "/api/v1/ws", headers=headers).status_code == 404


def test_a_node_that_only_holds_sockets_answers_no_api(demo: Path) -> None:
    with running_shop(demo, {"server": {"roles": ["gateway"]}}, demo=False) as found:
        assert httpx.get(found.url + "/readyz").status_code == 200
        assert httpx.get(found.url + "/api/v1/shops/pingjiang").status_code == 404
        assert httpx.get(found.url + "/s/pingjiang").status_code == 404
