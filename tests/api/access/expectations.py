"""What each endpoint answers to each role: the product's access rules, written down once and by hand.

``own``: status for the people of the chain that the thing belongs to, in the order of ``ROLES``. ``foreign``: for the
same roles of another chain (without ``anonymous``, who has none). An endpoint may stand here several times, told apart
by what follows ``#``. One that does not stand here fails the test.

Where a thing exists only for those who may see it the answer is 404, never 403.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liyu.kit.ids import new_id
from tests.api.access.people import PASSWORD, House
from tests.api.access.targets import Ask, Request, Targets, product_body

HOURS = {"mon": [["09:00", "18:00"]]}


@dataclass(frozen=True)
class Row:
    """``own`` has eight statuses, ``foreign`` seven."""

    own: str
    foreign: str
    ask: Ask


def plain(json: object = None, **params: str) -> Ask:
    """The same request every time."""

    async def ask(targets: Targets, house: House, role: str) -> Request:
        return Request(json=json, params=params)

    return ask


# ── identity ───────────────────────────────────────────────────────────────────


async def sign_in(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"login": f"guide-{targets.home.shop.slug}", "password": PASSWORD})


async def arrive(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"shop": targets.home.shop.slug})


async def refresh(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"refresh": (await targets.home.session("customer", "widget")).refresh})


async def change_password(targets: Targets, house: House, role: str) -> Request:
    await targets.password(house, role)
    return Request(json={"current": PASSWORD, "new": "another long sentence"})


async def device(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": await targets.device()}, json={"name": "平板"})


async def home_shops(targets: Targets, house: House, role: str) -> Request:
    return Request(params={"chain": targets.home.chain})


async def home_shop(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"slug": targets.home.shop.slug}, json={"hours": HOURS})


async def new_shop(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"slug": new_id("s").replace("_", "-"), "name": "新店"})


async def customer(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": targets.home.people["customer"]}, json={"vip": True})


async def passing_customer(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": await targets.home.person("customer")})


async def grant_to_colleague(targets: Targets, house: House, role: str) -> Request:
    body = {"person": await targets.colleague(), "role": "designer", "shop": targets.home.shop.id}
    return Request(json=body)


async def a_grant(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": await targets.grant()})


async def home_record(targets: Targets, house: House, role: str) -> Request:
    return Request(params={"shop": targets.home.shop.id})


async def friend_link(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"purpose": "friend", "object_kind": "conversation", "object_id": targets.conversation})


async def invitation(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"purpose": "invitation", "grants": [{"role": "guide", "shop": targets.home.shop.id}]})


async def a_link(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": (await targets.friend_link()).link.id})


async def a_secret(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"secret": (await targets.friend_link()).secret})


async def home_site_keys(targets: Targets, house: House, role: str) -> Request:
    return Request(params={"shop": targets.home.shop.id})


async def new_site_key(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"shop": targets.home.shop.id, "name": "官网", "origins": ["https://gifts.example"]})


async def a_site_key(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"id": (await targets.site_key())["id"]}, json={"overlap_ms": 0})


async def site_session(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"token": await targets.site_token(), "origin": "https://gifts.example"})


IDENTITY: Final = {
    "POST /visitors": Row("201 200 200 200 200 200 200 200", "201 201 201 201 201 201 201", arrive),
    "POST /sessions": Row("201 201 201 201 201 201 201 201", "201 201 201 201 201 201 201", sign_in),
    "POST /sessions/refresh": Row("201 201 201 201 201 201 201 201", "201 201 201 201 201 201 201", refresh),
    "DELETE /sessions/current": Row("401 204 204 204 204 204 204 204", "204 204 204 204 204 204 204", plain()),
    "GET /me": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain()),
    "PATCH /me": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain({"locale": "en"})),
    "PUT /me/password": Row("401 404 204 404 204 204 204 204", "404 204 404 204 204 204 204", change_password),
    "GET /me/devices": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain()),
    "PATCH /me/devices/{id}": Row("401 404 204 404 404 404 404 404", "404 404 404 404 404 404 404", device),
    "DELETE /me/devices/{id}": Row("401 404 204 404 404 404 404 404", "404 404 404 404 404 404 404", device),
    "GET /shops": Row("200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", home_shops),
    "GET /shops#own": Row("422 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain()),
    "GET /shops/{slug}": Row("200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", home_shop),
    "PATCH /shops/{slug}": Row("401 403 403 403 403 403 200 200", "404 404 404 404 404 404 404", home_shop),
    "POST /shops": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 201 201", new_shop),
    "PATCH /chain": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain({"name": "新名"})),
    "GET /people": Row("401 403 403 403 200 200 200 200", "403 403 403 200 200 200 200", plain()),
    "GET /people#customers": Row(
        "401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain(kind="customer")
    ),
    "GET /people/{id}": Row("401 404 200 404 404 404 200 200", "404 404 404 404 404 404 404", customer),
    "PATCH /people/{id}": Row("401 404 403 404 404 404 200 200", "404 404 404 404 404 404 404", customer),
    "DELETE /people/{id}": Row("401 403 403 403 403 403 204 403", "403 403 403 403 403 404 403", passing_customer),
    "GET /grants": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain()),
    "POST /grants": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 404 404", grant_to_colleague),
    "DELETE /grants/{id}": Row("401 403 403 403 403 403 204 204", "403 403 403 403 403 404 404", a_grant),
    "GET /audit": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain()),
    "GET /audit#shop": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", home_record),
    "POST /links": Row("401 404 201 403 201 201 201 201", "404 404 404 404 404 404 404", friend_link),
    "POST /links#invitation": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 403 403", invitation),
    "GET /links": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain()),
    "DELETE /links/{id}": Row("401 404 204 404 404 404 204 204", "404 404 404 404 404 404 404", a_link),
    "POST /links/preview": Row("200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", a_secret),
    "POST /links/redeem": Row("201 200 200 200 200 200 200 200", "201 201 201 201 201 201 201", a_secret),
    "GET /site-keys": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", home_site_keys),
    "POST /site-keys": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 404 404", new_site_key),
    "POST /site-keys/{id}/rotate": Row("401 403 403 403 403 403 201 201", "404 404 404 404 404 404 404", a_site_key),
    "DELETE /site-keys/{id}": Row("401 403 403 403 403 403 204 204", "404 404 404 404 404 404 404", a_site_key),
    "POST /site-sessions": Row("201 201 201 201 201 201 201 201", "201 201 201 201 201 201 201", site_session),
}

# ── messaging ──────────────────────────────────────────────────────────────────


async def conversation(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": targets.conversation}, params={"after": "0", "before": "100"})


async def message(targets: Targets, house: House, role: str) -> Request:
    body = {"cid": new_id("cid"), "kind": "text", "body": {"text": "你好"}}
    return Request(path={"conversation": targets.conversation}, json=body)


async def note(targets: Targets, house: House, role: str) -> Request:
    body = {"cid": new_id("cid"), "kind": "text", "body": {"text": "小声说"}, "vis": "staff"}
    return Request(path={"conversation": targets.conversation}, json=body)


async def mark(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": targets.conversation}, json={"read": 1, "delivered": 1})


async def assignment(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": targets.conversation}, json={"person": targets.home.people["guide"]})


async def new_member(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": targets.conversation}, json={"person": await targets.colleague()})


async def a_member(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": targets.conversation, "person": await targets.member()})


async def queue(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"owner": f"q:{targets.home.shop.id}"})


async def customers_inbox(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"owner": f"p:{targets.home.people['customer']}"})


async def search_there(targets: Targets, house: House, role: str) -> Request:
    return Request(params={"q": "你好", "conversation": targets.conversation})


MESSAGING: Final = {
    "POST /shops/{slug}/conversation": Row("401 201 200 201 201 201 201 201", "404 404 404 404 404 404 404", home_shop),
    "GET /conversations/{conversation}": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", conversation
    ),
    "GET /conversations/{conversation}/messages": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", conversation
    ),
    "GET /conversations/{conversation}/events": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", conversation
    ),
    "POST /conversations/{conversation}/messages": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", message
    ),
    "POST /conversations/{conversation}/messages#note": Row(
        "401 404 403 403 200 200 200 200", "404 404 404 404 404 404 404", note
    ),
    "PUT /conversations/{conversation}/cursor": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", mark
    ),
    "POST /conversations/{conversation}/assignment": Row(
        "401 404 403 403 200 200 200 200", "404 404 404 404 404 404 404", assignment
    ),
    "POST /conversations/{conversation}/members": Row(
        "401 404 403 403 204 204 204 204", "404 404 404 404 404 404 404", new_member
    ),
    "DELETE /conversations/{conversation}/members/{person}": Row(
        "401 404 403 403 204 204 204 204", "404 404 404 404 404 404 404", a_member
    ),
    "GET /inboxes": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain()),
    "GET /inboxes/{owner}": Row("401 404 404 404 200 200 200 200", "404 404 404 404 404 404 404", queue),
    "GET /inboxes/{owner}#person": Row(
        "401 404 200 404 404 404 404 404", "404 404 404 404 404 404 404", customers_inbox
    ),
    "GET /search/messages": Row("401 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", plain(q="你好")),
    "GET /search/messages#there": Row("401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", search_there),
}

# ── files ──────────────────────────────────────────────────────────────────────


async def new_upload(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"purpose": "picture", "conversation": targets.conversation, "name": "a.png", "size": 10})


async def an_upload(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"upload": await targets.upload()}, headers={"upload-offset": "0"}, content=b"0123456789")


async def a_whole_upload(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"upload": await targets.whole_upload()})


async def a_file(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"files": [targets.file], "conversation": targets.conversation})


FILES: Final = {
    "POST /uploads": Row("401 404 201 201 201 201 201 201", "404 404 404 404 404 404 404", new_upload),
    "POST /uploads#product": Row(
        "401 403 403 403 201 201 201 201",
        "403 403 403 201 201 201 201",
        plain({"purpose": "product_picture", "name": "a.png", "size": 10}),
    ),
    "HEAD /uploads/{upload}": Row("401 404 200 404 404 404 404 404", "404 404 404 404 404 404 404", an_upload),
    "PATCH /uploads/{upload}": Row("401 404 200 404 404 404 404 404", "404 404 404 404 404 404 404", an_upload),
    "POST /uploads/{upload}/finish": Row(
        "401 404 200 404 404 404 404 404", "404 404 404 404 404 404 404", a_whole_upload
    ),
    "POST /files/links": Row("401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", a_file),
}

# ── catalogue ──────────────────────────────────────────────────────────────────


async def shelf(targets: Targets, house: House, role: str) -> Request:
    path = {"slug": targets.home.shop.slug, "product": targets.product, "form": "svg", "name": "mirror"}
    return Request(path=path)


async def new_product(targets: Targets, house: House, role: str) -> Request:
    return Request(json=product_body())


async def a_product(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"product": targets.product})


async def change_product(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"product": targets.product}, json={"rank": 3})


def will_change(targets: Targets, house: House, role: str) -> bool:
    """Whether this request is to succeed, and so needs a thing of its own. Making products takes its time."""
    return house is targets.home and role in ("owner", "manager")


async def passing_product(targets: Targets, house: House, role: str) -> Request:
    fresh = will_change(targets, house, role)
    return Request(path={"product": await targets.new_product() if fresh else targets.product})


async def new_variant(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"product": targets.product}, json={"sku": new_id("sku").upper(), "price_minor": 100})


async def a_variant(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"variant": targets.variant}, json={"price_minor": 200})


async def passing_variant(targets: Targets, house: House, role: str) -> Request:
    fresh = will_change(targets, house, role)
    return Request(path={"variant": await targets.new_variant() if fresh else targets.variant})


async def new_media(targets: Targets, house: House, role: str) -> Request:
    product = await targets.new_product() if will_change(targets, house, role) else targets.product
    return Request(path={"product": product}, json={"file": targets.product_file})


async def some_media(targets: Targets, house: House, role: str) -> Request:
    media = await targets.new_media() if will_change(targets, house, role) else targets.media
    return Request(path={"media": media}, json={"ground": "blush"})


async def a_csv(targets: Targets, house: House, role: str) -> Request:
    return Request(content=b"sku,title_en,price\nA1,Cup,1\n")


async def an_import(targets: Targets, house: House, role: str) -> Request:
    fresh = will_change(targets, house, role)
    return Request(path={"import_id": await targets.new_import() if fresh else targets.imported})


async def a_mapping(targets: Targets, house: House, role: str) -> Request:
    found = await an_import(targets, house, role)
    return Request(path=found.path, json={"columns": {"sku": "sku", "title_en": "title_en", "price": "price"}})


async def new_location(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"code": new_id("w").replace("_", "-"), "names": {"zh-CN": "新仓"}})


async def a_location(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"location_id": targets.location}, json={"position": 1})


async def a_count(targets: Targets, house: House, role: str) -> Request:
    return Request(json={"variant": targets.variant, "location": targets.location, "on_hand": 5})


CATALOG: Final = {
    "GET /shops/{slug}/products": Row("200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", shelf),
    "GET /shops/{slug}/products/{product}": Row(
        "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", shelf
    ),
    "GET /shops/{slug}/products/{product}/qr.{form}": Row(
        "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", shelf
    ),
    "GET /products": Row("401 403 403 403 200 200 200 200", "403 403 403 200 200 200 200", plain()),
    "POST /products": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 201 201", new_product),
    "GET /products/{product}": Row("401 403 403 403 200 200 200 200", "403 403 403 404 404 404 404", a_product),
    "PATCH /products/{product}": Row("401 403 403 403 403 403 200 200", "403 403 403 404 404 404 404", change_product),
    "DELETE /products/{product}": Row(
        "401 403 403 403 403 403 204 204", "403 403 403 404 404 404 404", passing_product
    ),
    "POST /products/{product}/variants": Row(
        "401 403 403 403 403 403 201 201", "403 403 403 404 404 404 404", new_variant
    ),
    "PATCH /variants/{variant}": Row("401 403 403 403 403 403 200 200", "403 403 403 404 404 404 404", a_variant),
    "DELETE /variants/{variant}": Row(
        "401 403 403 403 403 403 204 204", "403 403 403 404 404 404 404", passing_variant
    ),
    "POST /products/{product}/media": Row("401 403 403 403 403 403 201 201", "403 403 403 404 404 404 404", new_media),
    "PATCH /media/{media}": Row("401 403 403 403 403 403 200 200", "403 403 403 404 404 404 404", some_media),
    "DELETE /media/{media}": Row("401 403 403 403 403 403 204 204", "403 403 403 404 404 404 404", some_media),
    "GET /locations": Row("401 403 403 403 200 200 200 200", "403 403 403 200 200 200 200", plain()),
    "POST /locations": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 201 201", new_location),
    "PATCH /locations/{location_id}": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", a_location),
    "GET /products/{product}/stock": Row("401 403 403 403 200 200 200 200", "403 403 403 404 404 404 404", a_product),
    "GET /products/{product}/stock-moves": Row(
        "401 403 403 403 200 200 200 200", "403 403 403 404 404 404 404", a_product
    ),
    "PUT /stock": Row("401 403 403 403 403 403 200 200", "403 403 403 404 404 404 404", a_count),
    "GET /shops/{slug}/products/{product}/companions": Row(
        "200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", shelf
    ),
    "GET /imports/template.csv": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain()),
    "GET /imports": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 200 200", plain()),
    "POST /imports": Row("401 403 403 403 403 403 201 201", "403 403 403 403 403 201 201", a_csv),
    "GET /imports/{import_id}": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", an_import),
    "PUT /imports/{import_id}/mapping": Row(
        "401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", a_mapping
    ),
    "POST /imports/{import_id}/run": Row("401 403 403 403 403 403 202 202", "403 403 403 403 403 404 404", an_import),
    "GET /imports/{import_id}/errors": Row("401 403 403 403 403 403 200 200", "403 403 403 403 403 404 404", an_import),
    "GET /product-pictures/{name}.webp": Row("200 200 200 200 200 200 200 200", "200 200 200 200 200 200 200", shelf),
}

# ── routing ────────────────────────────────────────────────────────────────────


async def someone_waits(targets: Targets, house: House, role: str) -> Request:
    return Request(path={"conversation": await targets.waiting()})


ROUTING: Final = {
    "PUT /desk": Row("401 403 403 403 200 200 200 200", "403 403 403 200 200 200 200", plain({"state": "free"})),
    "GET /shops/{slug}/queue": Row("401 403 403 403 200 200 200 200", "403 403 403 403 403 403 403", home_shop),
    "POST /queue/next": Row("401 403 403 403 200 200 200 200", "403 403 403 404 404 404 404", someone_waits),
    "POST /conversations/{conversation}/claim": Row(
        "401 403 403 403 200 200 200 200", "403 403 403 404 404 404 404", someone_waits
    ),
    "GET /conversations/{conversation}/wait": Row(
        "401 404 200 200 200 200 200 200", "404 404 404 404 404 404 404", conversation
    ),
}

EXPECTED: Final[dict[str, Row]] = IDENTITY | MESSAGING | FILES | CATALOG | ROUTING
