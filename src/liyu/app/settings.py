"""The settings: frozen sections, read once from a TOML file and the environment, then passed in.

Order, later wins: the defaults, ``[section] field = value`` of the file, ``LIYU_SECTION_FIELD`` of the environment,
the command line. Nothing else of the program reads the environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from liyu.catalog.settings import CatalogSettings
from liyu.gateway.settings import GatewaySettings
from liyu.identity.settings import IdentitySettings
from liyu.kit.errors import Refusal
from liyu.kit.settings import Section
from liyu.messaging.attachments.settings import AttachmentSettings
from liyu.messaging.settings import MessagingSettings

PREFIX = "LIYU_"
#: Names the file of settings; the one variable of ours that is not a setting itself.
FILE_VARIABLE = "LIYU_CONFIG"


class BadSettings(Refusal):
    """A setting is unknown or has a value that it cannot have. ``what`` says which and why."""

    code = "settings.invalid"
    zh = "设置有误：{what}"
    en = "The settings are not right: {what}"


class ServerSettings(Section, frozen=True):
    """Where the shop is reached."""

    host: Annotated[
        str, Meta(min_length=1, description="Address to listen on. Only loopback while demo log-ins remain.")
    ] = "127.0.0.1"
    port: Annotated[
        int, Meta(ge=0, le=65_535, description="Port for HTTP and WebSocket alike; 0 takes a free one.")
    ] = 8080
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^/\s]+)?$",
            description="How people reach the shop, such as `https://shop.example`; empty: the address listened on.",
        ),
    ] = ""
    origins: Annotated[
        tuple[str, ...], Meta(description="Further web origins whose pages may speak with this server.")
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...], Meta(description="Addresses of reverse proxies whose `X-Forwarded-*` headers are believed.")
    ] = ()
    roles: Annotated[
        tuple[Literal["gateway", "api", "worker"], ...],
        Meta(min_length=1, description="What this process does: any of `gateway`, `api`, `worker`."),
    ] = ("gateway", "api", "worker")
    metrics_from: Annotated[
        tuple[str, ...],
        Meta(description="Addresses or networks that may read `/metrics`; to others it does not exist."),
    ] = ("127.0.0.0/8", "::1")
    body_bytes: Annotated[
        int, Meta(ge=1_024, description="Largest request body, in bytes. Pieces of uploads have their own limit.")
    ] = 1 << 20
    drain_seconds: Annotated[
        int, Meta(ge=0, le=300, description="Seconds that a stopping server gives requests under way.")
    ] = 10


class DataSettings(Section, frozen=True):
    """Where the shop keeps what it owns."""

    folder: Annotated[str, Meta(min_length=1, description="Folder of the database, the files and the secret.")] = "data"
    secret: Annotated[
        str,
        Meta(
            description="Secret of at least 32 characters from which keys are derived; all nodes share it. "
            "Empty: kept in `secret.key` of the data folder and made at the first start."
        ),
    ] = ""

    @property
    def path(self) -> Path:
        """The folder as an absolute path."""
        return Path(self.folder).expanduser().resolve()


class DatabaseSettings(Section, frozen=True):
    """Which database."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^(postgresql://\S+)?$",
            description="`postgresql://user:password@host:port/name`; empty: SQLite in the data folder.",
        ),
    ] = ""
    pool: Annotated[int, Meta(ge=1, le=200, description="Connections to PostgreSQL that this process may open.")] = 8
    synchronous: Annotated[
        Literal["FULL", "NORMAL", "OFF"],
        Meta(description="SQLite's `synchronous`. Anything but `FULL` can lose acknowledged messages at a power cut."),
    ] = "FULL"


class BusSettings(Section, frozen=True):
    """How nodes tell each other what happened."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^((redis|rediss|unix)://\S+)?$",
            description="`redis://host:port`; empty: within this one process.",
        ),
    ] = ""
    prefix: Annotated[
        str, Meta(pattern=r"^[a-z0-9:_-]+$", description="First part of every channel and key on a shared Redis.")
    ] = "liyu"


class LogSettings(Section, frozen=True):
    """What the program writes about itself."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="Least important level that is written.")
    ] = "info"
    format: Annotated[
        Literal["auto", "text", "json"],
        Meta(description="`text` for people, `json` for machines; `auto`: by the terminal."),
    ] = "auto"


class Settings(Section, frozen=True):
    """All sections."""

    server: ServerSettings = ServerSettings()
    data: DataSettings = DataSettings()
    database: DatabaseSettings = DatabaseSettings()
    bus: BusSettings = BusSettings()
    log: LogSettings = LogSettings()
    identity: IdentitySettings = IdentitySettings()
    messaging: MessagingSettings = MessagingSettings()
    attachments: AttachmentSettings = AttachmentSettings()
    catalog: CatalogSettings = CatalogSettings()
    gateway: GatewaySettings = GatewaySettings()


#: Section name → its type, in the order in which they are documented.
SECTIONS: dict[str, type[Section]] = get_type_hints(Settings)

Values = dict[str, dict[str, Any]]


def load(
    file: Path | None, environment: Mapping[str, str], overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> Settings:
    """Read the settings. ``overrides`` (section → field → value) come from the command line.

    Raises ``BadSettings`` for an unreadable file, an unknown name or an impossible value.
    """
    values: Values = {}
    for source in (_from_file(file), _from_environment(environment), overrides or {}):
        for section, fields in source.items():
            values.setdefault(section, {}).update(fields)
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(what=str(error).replace("`$.", "`")) from None


def _from_file(file: Path | None) -> Values:
    if file is None:
        return {}
    try:
        with file.open("rb") as stream:
            values = tomllib.load(stream)
    except OSError as error:
        raise BadSettings(what=f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(what=f"{file}: {error}") from None
    for name, fields in values.items():
        if name not in SECTIONS or not isinstance(fields, dict):
            raise BadSettings(what=f"{file}: [{name}] is not a section")
    return values


def _from_environment(environment: Mapping[str, str]) -> Values:
    values: Values = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name == FILE_VARIABLE:
            continue
        section, _, field = name[len(PREFIX) :].lower().partition("_")
        if section not in SECTIONS or field not in SECTIONS[section].__struct_fields__:
            raise BadSettings(what=f"{name} is not a setting")
        values.setdefault(section, {})[field] = _plain(SECTIONS[section], field, value)
    return values


def _plain(section: type[Section], field: str, value: str) -> Any:
    """A list in the environment is written with commas."""
    default = getattr(section(), field)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(default, tuple) else value
