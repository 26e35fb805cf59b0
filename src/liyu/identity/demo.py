"""The demo chain: four shops and the people in them, with fixed ids, log-ins and published passwords.

Seeding is repeatable: what is there already stays as it is. The log-ins are marked as ``demo``, and the server serves
nobody but its own machine while one of them remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from liyu.identity.hours import Holiday, Hours, parse_day, parse_hours, parse_spans
from liyu.identity.model import Grant, Kind, PersonCard, Role
from liyu.identity.service import Identity
from liyu.identity.shop import Chain, Shop, ShopSettings
from liyu.identity.store import people, shops
from liyu.kit.ids import ChainId, PersonId, ShopId

DEMO_CHAIN: Final = Chain(ChainId("chn_00dem000000000000000000001"), "礼遇")
PINGJIANG: Final = ShopId("shp_00dem000000000000000000001")
NANSONG: Final = ShopId("shp_00dem000000000000000000002")
WUKANG: Final = ShopId("shp_00dem000000000000000000003")
KUANZHAI: Final = ShopId("shp_00dem000000000000000000004")
#: The shop that ``/`` opens.
DEMO_SHOP_SLUG: Final = "pingjiang"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person of the demo. ``shop`` ``None`` with a role: in every shop of the chain."""

    id: PersonId
    kind: Kind
    name: str
    avatar: str | None
    login: str
    password: str
    roles: tuple[tuple[Role, ShopId | None], ...] = ()


DEMO_PEOPLE: Final = (
    DemoPerson(
        PersonId("per_00dem000000000000000000001"),
        "staff",
        "陈静",
        "p-chen",
        "chenjing",
        "chenjing-liyu",
        ((Role.GUIDE, PINGJIANG),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000002"),
        "staff",
        "沈砚",
        "p-shen",
        "shenyan",
        "shenyan-liyu",
        ((Role.DESIGNER, None),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000003"),
        "staff",
        "方可",
        None,
        "fangke",
        "fangke-liyu",
        ((Role.GUIDE, NANSONG),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000004"),
        "staff",
        "许棠",
        None,
        "xutang",
        "xutang-liyu",
        ((Role.GUIDE, WUKANG),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000005"),
        "staff",
        "何敏",
        None,
        "hemin",
        "hemin-liyu",
        ((Role.GUIDE, KUANZHAI),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000006"),
        "staff",
        "顾文澜",
        "p-gu",
        "guwenlan",
        "guwenlan-liyu",
        ((Role.OWNER, None),),
    ),
    DemoPerson(
        PersonId("per_00dem000000000000000000007"),
        "staff",
        "陆一鸣",
        "p-lu",
        "luyiming",
        "luyiming-liyu",
        ((Role.MANAGER, None),),
    ),
    DemoPerson(PersonId("per_00dem000000000000000000008"), "customer", "周屿", "p-zhou", "zhouyu", "zhouyu-liyu"),
)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def _hours(weekday: tuple[str, str], weekend: tuple[str, str]) -> Hours:
    return parse_hours({day: [weekday] for day in _WEEKDAYS} | {day: [weekend] for day in ("sat", "sun")})


_HOLIDAYS = (
    Holiday(parse_day("2027-02-05"), "除夕", parse_spans([("10:00", "16:00")])),
    Holiday(parse_day("2027-02-06"), "春节", ()),
    Holiday(parse_day("2027-02-07"), "春节", ()),
)


def _shop(
    shop_id: ShopId, slug: str, name: str, city: str, address: str, phone: str, hours: Hours, greeting: str
) -> Shop:
    return Shop(
        id=shop_id,
        chain=DEMO_CHAIN,
        slug=slug,
        name=name,
        city=city,
        address=address,
        phone=phone,
        time_zone="Asia/Shanghai",
        currency="CNY",
        locale="zh-CN",
        hours=hours,
        holidays=_HOLIDAYS,
        settings=ShopSettings(greeting=greeting),
    )


DEMO_SHOPS: Final = (
    _shop(
        PINGJIANG,
        "pingjiang",
        "苏州平江路店",
        "苏州",
        "姑苏区平江路 88 号",
        "0512-5550 0188",
        _hours(("09:00", "22:00"), ("09:00", "22:30")),
        "您好，这里是礼遇平江路店。想送给谁？",
    ),
    _shop(
        NANSONG,
        "nansong",
        "杭州南宋御街店",
        "杭州",
        "上城区中山中路 66 号",
        "0571-5550 0166",
        _hours(("09:00", "22:00"), ("09:00", "22:30")),
        "您好，这里是礼遇南宋御街店。想送给谁？",
    ),
    _shop(
        WUKANG,
        "wukang",
        "上海武康路店",
        "上海",
        "徐汇区武康路 210 号",
        "021-5550 0210",
        _hours(("10:00", "22:00"), ("10:00", "22:00")),
        "您好，这里是礼遇武康路店。想送给谁？",
    ),
    _shop(
        KUANZHAI,
        "kuanzhai",
        "成都宽窄巷子店",
        "成都",
        "青羊区窄巷子 30 号",
        "028-5550 0130",
        _hours(("10:00", "22:00"), ("09:30", "23:00")),
        "您好，这里是礼遇宽窄巷子店。想送给谁？",
    ),
)


async def seed_demo(identity: Identity) -> bool:
    """Put the demo chain, its shops and people into the database.

    Returns whether anything was new. Safe to repeat, and safe on two nodes at once.
    """
    context = identity.context
    ids = [person.id for person in DEMO_PEOPLE]
    known = await context.database.read(DEMO_CHAIN.id, lambda connection: people.cards(connection, DEMO_CHAIN.id, ids))
    missing = [person for person in DEMO_PEOPLE if person.id not in known]
    hashes = {person.login: await context.passwords.hash(person.password) for person in missing}
    now = context.clock.now_ms()

    def unit(connection: Connection) -> bool:
        new = shops.add_chain(connection, DEMO_CHAIN, now)
        for shop in DEMO_SHOPS:
            new |= shops.add(connection, shop, now)
        for number, person in enumerate(DEMO_PEOPLE):
            new |= _seed_person(connection, person, number, hashes.get(person.login), now)
        return new

    return await context.database.write(DEMO_CHAIN.id, unit)


def _seed_person(connection: Connection, person: DemoPerson, number: int, encoded: str | None, now: int) -> bool:
    """A person who is there is left alone: its owner may have changed password and roles."""
    card = PersonCard(person.id, DEMO_CHAIN.id, person.kind, person.name, person.avatar, False)
    if not people.add(connection, card, now):
        return False
    for place, (role, shop) in enumerate(person.roles):
        grant_id = f"grt_00dem0000000000000000{number:02d}{place:03d}"
        people.add_grant(connection, grant_id, person.id, Grant(role, DEMO_CHAIN.id, shop), None, now)
    if encoded is not None:
        credential = people.Credential(person.login, DEMO_CHAIN.id, person.id, encoded, demo=True)
        people.add_credential(connection, credential, now)
    return True
