"""The command line: reads arguments, loads the settings, runs one command, turns refusals into sentences.

Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from liyu import __version__
from liyu.app.sentences import language_of_terminal, sentence
from liyu.app.settings import FILE_VARIABLE, Settings, load
from liyu.identity.model import Role
from liyu.kit.errors import Refusal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that ``arguments`` name (``None``: those of the process)."""
    parser = arguments_parser()
    chosen = parser.parse_args(arguments)
    language = language_of_terminal(os.environ)
    try:
        settings = load(_file(chosen), os.environ, _overrides(chosen))
        code: int = chosen.run(chosen, settings, language)
        return code
    except Refusal as refusal:
        print(refusal.message(language), file=sys.stderr)
        return 1


def arguments_parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    parser = argparse.ArgumentParser(prog="liyu", description="A self-hosted real-time gift shop.")
    parser.add_argument("--version", action="version", version=f"liyu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    _add_serve(commands)
    _add_init(commands)
    _add_import(commands)
    _add_user(commands)
    _add_demo(commands)
    doctor = commands.add_parser("doctor", help="check disk, port, database, bus and tables, and say what to do")
    _add_common(doctor)
    _add_address(doctor)
    doctor.set_defaults(run=_doctor)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="open the shop")
    _add_common(serve)
    _add_address(serve)
    serve.add_argument("--roles", help="what this process does: gateway,api,worker (all)")
    serve.add_argument("--demo", action="store_true", help="seed the demo shop when there is no shop yet")
    serve.set_defaults(run=_serve)


def _add_init(commands: Any) -> None:
    init = commands.add_parser("init", help="make a shop and print the one-time link for its owner")
    _add_common(init)
    init.add_argument("--shop", required=True, help="the shop's name")
    init.add_argument("--slug", help="its permanent address /s/<slug> (made from the name)")
    init.add_argument("--chain", help="the chain's name (the shop's)")
    init.add_argument("--city", default="", help="the city")
    init.add_argument("--time-zone", default="Asia/Shanghai", help="IANA zone of the opening hours (Asia/Shanghai)")
    init.add_argument("--currency", default="CNY", help="ISO 4217 currency of the prices (CNY)")
    init.add_argument("--locale", default="zh-CN", help="the shop's first language (zh-CN)")
    init.set_defaults(run=_init)


def _add_import(commands: Any) -> None:
    parser = commands.add_parser("import", help="products from a CSV file, or a real retailer's 4,000")
    _add_common(parser)
    parser.add_argument("--shop", help="the shop's address (slug); --retailer makes a shop of its own without it")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, help="the CSV file")
    source.add_argument("--retailer", action="store_true", help="the products of Online Retail II that Liyu carries")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column means what; guessed otherwise"
    )
    parser.add_argument("--currency", help="ISO 4217 currency of the prices (the shop's)")
    parser.set_defaults(run=_import)


def _add_user(commands: Any) -> None:
    user = commands.add_parser("user", help="people who serve: add, list, password, owner-link")
    actions = user.add_subparsers(dest="action", required=True, metavar="action")
    add = actions.add_parser("add", help="make a member of staff with a fresh password")
    add.add_argument("login")
    add.add_argument("--name", required=True, help="the name that customers see")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--shop", required=True, help="the shop's address (slug)")
    add.add_argument("--whole-chain", action="store_true", help="in every shop of the chain")
    password = actions.add_parser("password", help="give somebody a fresh password and sign them out everywhere")
    password.add_argument("login")
    listed = actions.add_parser("list", help="who serves in the chain of a shop")
    listed.add_argument("--shop", required=True, help="the shop's address (slug)")
    link = actions.add_parser("owner-link", help="another one-time link for an owner")
    link.add_argument("--shop", required=True, help="the shop's address (slug)")
    for parser in (add, password, listed, link):
        _add_common(parser)
        parser.set_defaults(run=_user)


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="the demo log-ins: secure, remove")
    actions = demo.add_subparsers(dest="action", required=True, metavar="action")
    for name, text in (
        ("secure", "give every demo log-in a fresh password"),
        ("remove", "take every demo log-in away"),
    ):
        parser = actions.add_parser(name, help=text)
        _add_common(parser)
        parser.set_defaults(run=_demo)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help=f"file of settings (or {FILE_VARIABLE})")
    parser.add_argument("--data", help="data folder (data)")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8080)")


def _file(chosen: argparse.Namespace) -> Path | None:
    if chosen.config is not None:
        return Path(chosen.config)
    named = os.environ.get(FILE_VARIABLE)
    return Path(named) if named else None


def _overrides(chosen: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What the command line says, as section → field → value."""
    values: dict[str, dict[str, Any]] = {"server": {}, "data": {}}
    for name in ("host", "port"):
        if getattr(chosen, name, None) is not None:
            values["server"][name] = getattr(chosen, name)
    if getattr(chosen, "roles", None):
        values["server"]["roles"] = tuple(role.strip() for role in chosen.roles.split(","))
    if chosen.data is not None:
        values["data"]["folder"] = chosen.data
    return values


def _serve(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    from liyu.app.opening import open_shop  # the other commands need no web server

    open_shop(settings, with_demo=chosen.demo, language=language)
    return 0


def _init(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    from liyu.app import administration as admin

    told = admin.Founding(
        chosen.shop, chosen.slug, chosen.chain, chosen.city, chosen.time_zone, chosen.currency, chosen.locale
    )
    return _told(admin.found_shop(settings, told, language))


def _import(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    from liyu.app.importing import Wanted, import_products

    if chosen.shop is None and not chosen.retailer:
        print(sentence("import.which_shop", language), file=sys.stderr)
        return 2
    mapping = dict(pair.partition("=")[::2] for pair in chosen.map)
    wanted = Wanted(chosen.shop, None if chosen.retailer else chosen.file, mapping, chosen.currency)
    return _told(import_products(settings, wanted, language))


def _user(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    from liyu.app import administration as admin

    if chosen.action == "add":
        work = admin.add_user(
            settings,
            shop=chosen.shop,
            login=chosen.login,
            name=chosen.name,
            role=chosen.role,
            whole_chain=chosen.whole_chain,
            language=language,
        )
    elif chosen.action == "password":
        work = admin.set_password(settings, chosen.login, language)
    elif chosen.action == "list":
        work = admin.list_users(settings, chosen.shop)
    else:
        work = admin.owner_link(settings, chosen.shop, language)
    return _told(work)


def _demo(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    from liyu.app import administration as admin

    command = admin.secure_demo if chosen.action == "secure" else admin.remove_demo
    return _told(command(settings, language))


def _told(work: Coroutine[Any, Any, list[str]]) -> int:
    for line in asyncio.run(work):
        print(line)
    return 0


def _doctor(chosen: argparse.Namespace, settings: Settings, language: str) -> int:
    del chosen
    from liyu.app.doctor import examine
    from liyu.app.pages import STATIC

    findings = asyncio.run(examine(settings, STATIC))
    for finding in findings:
        print(finding.line(language))
    count = sum(not finding.good for finding in findings)
    print(sentence("doctor.unwell" if count else "doctor.well", language, count=count))
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
