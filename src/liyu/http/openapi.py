"""The OpenAPI 3.1 description, made complete: problem documents for every refusal, one operation id per use case."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from liyu.http.idempotency import PATTERN, takes_key
from liyu.http.problems import MEDIA_TYPE, Problem

_ABOUT = """The shop's interface for programs. Lists come as `{items, next_cursor}`; errors are problem documents
(RFC 9457) with a stable `code`; a `POST` may carry an `Idempotency-Key`, so that sending it again is harmless.
Live events travel over the WebSocket at `/api/v1/ws`, described by `/api/v1/asyncapi.json`.

Sign in with the cookie that `POST /sessions` and `POST /visitors` set (unsafe methods then send the value of the cookie
`liyu_csrf` as `X-CSRF-Token`), or with `Authorization: Bearer`. With `X-Liyu-Client: desk` the cookies are
`liyu_desk_session` and `liyu_desk_csrf`, and those of the shop do not count: both can be signed in in one browser."""

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def operation_id(route: APIRoute) -> str:
    """The name of the endpoint's function, in camel case: it becomes a method's name in generated clients."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def install(app: FastAPI, version: str) -> None:
    """Let ``app.openapi()`` return the completed description."""

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title="Liyu", version=version, description=_ABOUT, routes=app.routes, openapi_version="3.1.0"
            )
            app.openapi_schema = completed(schema)
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe refusals as what they are: ``Problem`` instead of the framework's own error model."""
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.pop("$defs", {}))
    schemas["Problem"] = described
    components["responses"] = {"Problem": _problem_response()}
    components["parameters"] = {"IdempotencyKey": _key_parameter()}
    for address, path in schema["paths"].items():
        if "post" in path and takes_key(address):
            path["post"].setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
        for method in _METHODS:
            if method in path:
                responses = path[method]["responses"]
                responses.pop("422", None)
                if method == "head":
                    for response in responses.values():
                        response.pop("content", None)
                responses["default"] = {"$ref": "#/components/responses/Problem"}
    return schema


def _key_parameter() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Your own name of this request: sent again under it within a day, it is not done again and gets "
        "the first answer (with `Idempotency-Replayed: true`).",
        "schema": {"type": "string", "pattern": PATTERN},
        "example": "5b0c1f6e-4f7d-4c27-9d0e-0d7c1c5b6a11",
    }


def _problem_response() -> dict[str, Any]:
    return {
        "description": "Refused, or failed. Act on `code`, show `detail`.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
