"""Things of the home chain that requests are aimed at. What a request uses up is made afresh for each."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from sqlalchemy import Connection

from liyu.identity.links.making import Wish
from liyu.identity.model import Role
from liyu.identity.store import people
from liyu.kit.ids import ConversationId, new_id
from tests.api.access.people import House
from tests.samples import picture

API = "/api/v1"


@dataclass
class Request:
    """What varies in a request: values of the path, body, query, headers, and raw content."""

    path: dict[str, str] = field(default_factory=dict)
    json: Any = None
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass
class Targets:
    """The home chain's things. ``customer``'s conversation has the friend as its member; a visitor has its own."""

    home: House
    client: httpx.AsyncClient
    conversation: str = ""
    product: str = ""
    variant: str = ""
    location: str = ""
    file: str = ""
    product_file: str = ""
    media: str = ""
    imported: str = ""

    async def call(self, role: str, method: str, path: str, **sent: Any) -> httpx.Response:
        """Ask as a person of the home chain, and insist on success."""
        headers = {"authorization": f"Bearer {await self.home.token(role)}"} | sent.pop("headers", {})
        answer = await self.client.request(method, API + path, headers=headers, **sent)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer

    async def prepare(self) -> None:
        """Make what lasts."""
        opened = await self.call("customer", "POST", f"/shops/{self.home.shop.slug}/conversation")
        self.conversation = opened.json()["id"]
        messaging = self.home.services.messaging
        friend = self.home.people["friend"]
        await messaging.joining.add_friend(self.home.chain, ConversationId(self.conversation), friend)
        self.file = await self._file("customer", "picture", self.conversation)
        self.product_file = await self._file("owner", "product_picture", None)
        place = {"code": "main", "names": {"zh-CN": "总仓", "en": "Main"}}
        self.location = (await self.call("owner", "POST", "/locations", json=place)).json()["id"]
        self.product = await self.new_product()
        self.variant = await self.variant_of(self.product)
        self.media = await self.new_media()
        self.imported = await self.new_import()

    async def _file(self, role: str, purpose: str, conversation: str | None) -> str:
        content = picture(16, 12)
        wanted = {"purpose": purpose, "conversation": conversation, "name": "a.png", "size": len(content)}
        upload = (await self.call(role, "POST", "/uploads", json=wanted)).json()["id"]
        await self.call(role, "PATCH", f"/uploads/{upload}", content=content, headers={"upload-offset": "0"})
        answer = (await self.call(role, "POST", f"/uploads/{upload}/finish")).json()
        return str(answer["file"]["id"])

    async def new_product(self) -> str:
        """A product of the whole chain."""
        made = await self.call("owner", "POST", "/products", json=product_body())
        return str(made.json()["id"])

    async def variant_of(self, product: str) -> str:
        """The first variant of a product."""
        return str((await self.call("owner", "GET", f"/products/{product}")).json()["variants"][0]["id"])

    async def new_variant(self) -> str:
        """One more variant of the lasting product."""
        body = {"sku": new_id("sku").upper(), "price_minor": 100}
        made = await self.call("owner", "POST", f"/products/{self.product}/variants", json=body)
        return str(made.json()["variants"][-1]["id"])

    async def new_media(self) -> str:
        """A picture of a product of its own."""
        product = await self.new_product()
        made = await self.call("owner", "POST", f"/products/{product}/media", json={"file": self.product_file})
        return str(made.json()["media"][0]["id"])

    async def new_import(self) -> str:
        """A file that may be imported."""
        made = await self.call("owner", "POST", "/imports", content=b"sku,title_en,price\nIMPORTED,Cup,1\n")
        return str(made.json()["status"]["id"])

    async def colleague(self) -> str:
        """One more guide of the shop."""
        return await self.home.person("staff", (Role.GUIDE, self.home.shop.id))

    async def grant(self) -> str:
        """A grant that nobody else needs."""
        person = await self.colleague()
        found = await self.home.services.identity.people.grants(await self.home.principal("owner"), None, None)
        return next(held.id for held in found if held.person == person)

    async def friend_link(self) -> Any:
        """A link into the customer's conversation, made by the customer."""
        wish = Wish("friend", "conversation", self.conversation)
        return await self.home.services.identity.links.make(await self.home.principal("customer"), wish)

    async def site_key(self) -> dict[str, Any]:
        """A key of an embedding site."""
        body = {"shop": self.home.shop.id, "name": "官网", "origins": ["https://gifts.example"]}
        made: dict[str, Any] = (await self.call("owner", "POST", "/site-keys", json=body)).json()
        return made

    async def site_token(self) -> str:
        """A site's token for a customer of its own, not used before."""
        key = await self.site_key()
        claims = {"aud": key["shop"], "sub": "c-17", "jti": new_id("jti"), "exp": time.time() + 120}
        return jwt.encode(claims, base64.b64decode(key["secret"]), "HS256", {"kid": key["id"]})

    async def upload(self) -> str:
        """An upload of the customer that is not finished."""
        wanted = {"purpose": "picture", "conversation": self.conversation, "name": "a.png", "size": 10}
        return str((await self.call("customer", "POST", "/uploads", json=wanted)).json()["id"])

    async def whole_upload(self) -> str:
        """An upload of the customer whose bytes are all there."""
        content = picture(8, 8)
        wanted = {"purpose": "file", "conversation": self.conversation, "name": "a.bin", "size": len(content)}
        upload = str((await self.call("customer", "POST", "/uploads", json=wanted)).json()["id"])
        await self.call("customer", "PATCH", f"/uploads/{upload}", content=content, headers={"upload-offset": "0"})
        return upload

    async def device(self) -> str:
        """A device of the customer."""
        return str((await self.home.principal("customer")).device)

    async def member(self) -> str:
        """A colleague in the customer's conversation."""
        person = await self.colleague()
        await self.call("guide", "POST", f"/conversations/{self.conversation}/members", json={"person": person})
        return person

    async def waiting(self) -> str:
        """The conversation of somebody who has just come, in nobody's charge, with an unanswered question."""
        name = new_id("someone")
        self.home.people[name] = await self.home.person("visitor")
        opened = await self.call(name, "POST", f"/shops/{self.home.shop.slug}/conversation")
        conversation: str = opened.json()["id"]
        text = {"cid": new_id("cid"), "kind": "text", "body": {"text": "有人吗？"}}
        await self.call(name, "POST", f"/conversations/{conversation}/messages", json=text)
        del self.home.people[name]
        return conversation

    async def password(self, house: House, role: str) -> None:
        """Set the password of ``role`` back to the known one."""
        if role in house.people:
            person, encoded = house.people[role], house.encoded

            def unit(connection: Connection) -> bool:
                return people.change_password(connection, person, encoded, 0)

            await house.services.database.write(house.chain, unit)


def product_body() -> dict[str, Any]:
    """A product that the catalogue accepts."""
    return {
        "texts": {"zh-CN": {"title": "海棠随身镜"}},
        "variants": [{"sku": new_id("sku").upper(), "price_minor": 26800}],
    }


Ask = Callable[[Targets, House, str], Awaitable[Request]]
