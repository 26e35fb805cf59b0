"""Requests that nobody would send, made from the OpenAPI description: every answer is one that it allows, never a 500.

Bounded and repeatable: a handful of examples of each operation, as the shop's owner and as nobody.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from liyu.app.api import application
from tests.servers import Shop, running_shop

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6  # of each operation and caller; a seed found by hand goes into a test of its domain

#: Nonsense from one address must not keep the owner from signing in again.
PATIENT = {
    "identity": {"sign_in_attempts": 1_000_000, "visitors_per_minute": 1_000_000, "link_tries_per_minute": 1_000_000}
}

Headers = Callable[[], dict[str, str]]


@pytest.fixture(scope="module")
def own_shop(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A demo shop that may be filled with nonsense."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(demo_data, folder)
    with running_shop(folder, PATIENT) as found:
        yield found
        assert "request failed" not in found.output()


@pytest.fixture(scope="module")
def as_owner(own_shop: Shop) -> Headers:
    """The owner's headers; signed in again when a request signed the owner out."""
    held = {"token": ""}

    def headers() -> dict[str, str]:
        bearer = {"authorization": f"Bearer {held['token']}"}
        if not held["token"] or httpx.get(own_shop.url + "/api/v1/me", headers=bearer).status_code == 401:
            answer = httpx.post(
                own_shop.url + "/api/v1/sessions",
                json={"login": "guwenlan", "password": "guwenlan-liyu"},
                headers={"x-liyu-client": "widget"},
            )
            held["token"] = answer.json()["token"]
        return {"authorization": f"Bearer {held['token']}"}

    return headers


#: Some examples of each operation, drawn by chance (always the same).
DRAWN = schemathesis.openapi.from_dict(application(None).openapi())
DRAWN.config.phases.coverage.enabled = False
#: Besides, every boundary of every parameter and field in turn: hundreds for each operation.
EVERY = schemathesis.openapi.from_dict(application(None).openapi())

bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@DRAWN.parametrize()
@bounded
def test_no_request_breaks_the_shop(case: schemathesis.Case, own_shop: Shop, as_owner: Headers) -> None:
    attempt(case, own_shop, as_owner)


@pytest.mark.matrix
@EVERY.parametrize()
@bounded
def test_no_boundary_breaks_the_shop(case: schemathesis.Case, own_shop: Shop, as_owner: Headers) -> None:
    attempt(case, own_shop, as_owner)


def attempt(case: schemathesis.Case, shop: Shop, owner: Headers) -> None:
    case.call_and_validate(base_url=shop.url, checks=CHECKS)
    case.call_and_validate(base_url=shop.url, checks=CHECKS, headers=owner())
