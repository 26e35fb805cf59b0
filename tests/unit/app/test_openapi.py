"""The OpenAPI description is complete: nothing without a word, nothing without an example."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from liyu.app.api import application

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


@cache
def described() -> dict[str, Any]:
    return application(None).openapi()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described()["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def parameters(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for parameter in operation.get("parameters", ()):
        reference = parameter.get("$ref")
        yield described()["components"]["parameters"][reference.rsplit("/", 1)[1]] if reference else parameter


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in described()["components"]["schemas"].items():
        for field, value in schema.get("properties", {}).items():
            yield f"{name}.{field}", value


def leads_on(schema: dict[str, Any]) -> bool:
    """Whether the schema is drawn by another one, which has its own examples."""
    if "$ref" in schema:
        return True
    inner = [
        schema.get("items"),
        schema.get("additionalProperties"),
        *schema.get("anyOf", ()),
        *schema.get("allOf", ()),
    ]
    return any(isinstance(one, dict) and leads_on(one) for one in inner)


def shown(schema: dict[str, Any]) -> bool:
    """Whether a reader can see what a value looks like."""
    return (
        leads_on(schema)
        or any(name in schema for name in ("examples", "example", "enum", "const"))
        or schema.get("type") == "boolean"
        or any("enum" in one or "const" in one for one in schema.get("anyOf", ()))
    )


def test_it_is_openapi_3_1() -> None:
    assert described()["openapi"].startswith("3.1")


def test_everything_is_under_the_versioned_prefix() -> None:
    assert [path for path in described()["paths"] if not path.startswith("/api/v1/")] == []


def test_every_operation_says_what_it_does() -> None:
    silent = [name for name, operation in operations() if not operation.get("description", "").strip()]
    assert silent == []


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert sorted(set(ids)) == sorted(ids)


def test_schemas_have_names_of_their_own() -> None:
    assert [name for name in described()["components"]["schemas"] if "__" in name] == []


def test_every_operation_answers_refusals_with_a_problem() -> None:
    for name, operation in operations():
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, name
        assert "422" not in operation["responses"], name


def test_every_parameter_is_described_and_shown() -> None:
    bare = [
        f"{name} {parameter['name']}"
        for name, operation in operations()
        for parameter in parameters(operation)
        if not parameter.get("description") or not any((shown(parameter["schema"]), shown(parameter)))
    ]
    assert bare == []


def test_every_post_takes_an_idempotency_key_unless_it_answers_with_a_secret() -> None:
    without = {
        name
        for name, operation in operations()
        if name.startswith("POST ") and not any(one["name"] == "Idempotency-Key" for one in parameters(operation))
    }
    assert {name.split("/")[3] for name in without} == {"visitors", "sessions", "site-sessions", "site-keys", "links"}


def test_every_field_is_described() -> None:
    assert [name for name, schema in fields() if not schema.get("description")] == []


def test_every_field_has_an_example() -> None:
    assert [name for name, schema in fields() if not shown(schema)] == []


def test_every_success_with_content_has_a_schema() -> None:
    bare = [
        f"{name} {status}"
        for name, operation in operations()
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for media in response.get("content", {}).values()
        if media.get("schema") == {}
    ]
    assert bare == []
