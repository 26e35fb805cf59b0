"""What the command line says, in both languages. Chinese when ``LANG`` (or ``LC_ALL``) asks for it, else English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "open": ("礼遇开门了。", "Liyu is open."),
    "shop": ("店铺", "Shop"),
    "desk": ("工作台", "Desk"),
    "demo": ("演示账号（只在这台机器上有效）：", "Demo log-ins (they work on this machine only):"),
    "role.guide": ("导购", "guide"),
    "role.designer": ("设计师", "designer"),
    "role.owner": ("店主", "owner"),
    "role.manager": ("店长", "manager"),
    "role.customer": ("顾客", "customer"),
    "stop": ("按 Ctrl+C 关店。", "Press Ctrl+C to close the shop."),
    "closing": ("正在关店，等手上的事办完……", "Closing: letting what is under way finish …"),
    "tables": ("正在准备数据表……", "Preparing the tables …"),
    "seeding": ("正在布置演示店铺……", "Setting up the demo shop …"),
    "part.disk": ("磁盘", "disk"),
    "part.port": ("端口", "port"),
    "part.database": ("数据库", "database"),
    "part.tables": ("数据表", "tables"),
    "part.logins": ("账号", "log-ins"),
    "part.bus": ("总线", "bus"),
    "part.pages": ("网页", "pages"),
    "doctor.unwritable": (
        "数据文件夹 {folder} 写不进去（{why}）。请换一个文件夹（--data），或改它的权限。",
        "The data folder {folder} cannot be written ({why}). Choose another with --data, or mend its permissions.",
    ),
    "doctor.disk_fine": ("{folder}，剩余 {free} GiB。", "{folder}, {free} GiB free."),
    "doctor.disk_low": (
        "{folder} 只剩 {free} GiB。请腾出空间，或把数据文件夹移到更大的磁盘。",
        "{folder} has only {free} GiB left. Free some space, or move the data folder to a larger disk.",
    ),
    "doctor.disk_full": (
        "{folder} 快满了（剩 {free} GiB），消息会存不下。请马上腾出空间。",
        "{folder} is almost full ({free} GiB left): messages will be refused. Free some space now.",
    ),
    "doctor.secret_open": (
        "密钥文件 {file} 别人也能读。请运行：chmod 600 {file}",
        "Others can read the secret {file}. Run: chmod 600 {file}",
    ),
    "doctor.port_free": ("{host}:{port} 可用。", "{host}:{port} is free."),
    "doctor.port_taken": (
        "端口 {port} 已被占用（也许店已经开着）。换一个：--port …",
        "Port {port} is in use (perhaps the shop is open already). Choose another: --port …",
    ),
    "doctor.address_unusable": (
        "不能在 {host}:{port} 上监听（{why}）。请检查设置 server.host。",
        "Cannot listen on {host}:{port} ({why}). Check the setting server.host.",
    ),
    "doctor.database_absent": (
        "还没有，第一次 liyu serve 时会建好。",
        "None yet; the first `liyu serve` makes it.",
    ),
    "doctor.database_fine": ("{kind} 正常。", "{kind} answers."),
    "doctor.database_away": (
        "{where} 没有回应。请检查设置 database.url，以及数据库是否在运行。",
        "{where} does not answer. Check the setting database.url, and that the database is running.",
    ),
    "doctor.tables_fine": ("版本 {at}，最新。", "Revision {at}, the newest."),
    "doctor.tables_old": (
        "版本 {at}，程序需要 {wanted}。运行 liyu serve 会自动升级（请先备份）。",
        "Revision {at}; the program needs {wanted}. `liyu serve` brings them up to date (make a backup first).",
    ),
    "doctor.logins_published": (
        "这些演示账号的密码人人都知道：{logins}。请运行 liyu demo secure 或 liyu demo remove。",
        "Everybody knows the passwords of: {logins}. Run `liyu demo secure` or `liyu demo remove`.",
    ),
    "doctor.bus_inside": ("进程内（单机）。", "Within the process (one node)."),
    "doctor.bus_fine": ("{url} 正常。", "{url} answers."),
    "doctor.bus_away": (
        "{url} 没有回应（{why}）。消息不会丢，但会变慢。请检查 Redis 和设置 bus.url。",
        "{url} does not answer ({why}). Nothing is lost, but nodes hear of each other late. Check Redis and bus.url.",
    ),
    "doctor.pages_fine": ("已构建。", "Built."),
    "doctor.pages_unbuilt": (
        "还没有构建：{missing}。请运行 make run。",
        "Not built: {missing}. Run make run.",
    ),
    "doctor.well": ("一切正常。", "All is well."),
    "doctor.unwell": ("有 {count} 项需要处理。", "{count} to be dealt with."),
    "init.made": ("{name} 建好了：{address}", "{name} is made: {address}"),
    "init.link": (
        "店主用这个链接进店（一次有效，七天内）：",
        "Its owner comes in by this link (once, within seven days):",
    ),
    "init.once": ("链接只显示这一次。接下来：liyu serve", "It is shown this once. Next: liyu serve"),
    "user.added": (
        "{login} 的密码（只显示这一次）：{password}",
        "The password of {login}, shown this once: {password}",
    ),
    "user.password": (
        "{login} 的新密码（只显示这一次）：{password}",
        "The new password of {login}, shown this once: {password}",
    ),
    "demo.secured": ("演示账号的新密码（只显示这一次）：", "The demo log-ins' new passwords, shown this once:"),
    "demo.removed": ("已删除演示账号：{logins}", "Removed the demo log-ins: {logins}"),
    "demo.none": ("没有密码公开的演示账号。", "No demo log-in has a published password."),
    "demo.seeded": ("演示店铺准备好了。", "The demo shop is ready."),
    "import.which_shop": ("请用 --shop 说明是哪家店。", "Say which shop with --shop."),
    "import.done": (
        "完成：新增 {created}，更新 {updated}，没变 {unchanged}，有问题 {refused}。",
        "Done: {created} made, {updated} changed, {unchanged} as they were, {refused} refused.",
    ),
    "import.pairs": ("一起买的搭配：{pairs} 对。", "Bought together: {pairs} pairs."),
    "import.more": ("  ……还有 {count} 行。", "  … and {count} more rows."),
    "interrupted": ("已停止。", "Stopped."),
}


def language_of_terminal(environment: Mapping[str, str]) -> str:
    """``zh`` or ``en``, as the terminal's locale says."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def sentence(code: str, language: str, **values: Any) -> str:
    """The sentence ``code`` with its values filled in."""
    chinese, english = SENTENCES[code]
    return (chinese if language == "zh" else english).format(**values)
