"""An app with its documentation: OpenAPI 3.1 at /openapi.json, pages at /docs and /redoc, all served by ourselves."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel

from mashbus.bus.http.problems import MEDIA_TYPE, install

_REF = "#/components/schemas/{model}"
_SAID = {
    400: "Not readable, or a header is wrong. `faults` names every fault at once.",
    401: "No API key, or one that is not known.",
    403: "The API key may not do that.",
    404: "There is no such thing.",
    408: "The body dawdled.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    422: "Read, and against a rule; or the Idempotency-Key was used for another content.",
    503: "Nothing was done: retry after `Retry-After`.",
    504: "Sent on and not acknowledged: retry with the same Idempotency-Key.",
}


def documented_app(title: str, description: str, version: str) -> FastAPI:
    """An app without routes. Errors are problem documents from the start."""
    app = FastAPIOffline(title=title, description=description, version=version)
    install(app)
    return app


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the refusals it may give."""
    schema = {"$ref": _REF.format(model="Problem")}
    return {
        status: {"description": _SAID[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted(statuses)
    }


def json_body(form: type[BaseModel], example: Mapping[str, Any]) -> dict[str, Any]:
    """For a route's `openapi_extra`: bodies are read by ourselves, so the framework can't know their form."""
    content = {"schema": {"$ref": _REF.format(model=form.__name__)}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def with_forms(app: FastAPI, *forms: type[BaseModel]) -> None:
    """Puts the forms that `json_body` names among the document's schemas."""
    framework = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            whole = framework()
            schemas = whole.setdefault("components", {}).setdefault("schemas", {})
            for form in forms:
                schema = form.model_json_schema(ref_template=_REF)
                schemas.update(schema.pop("$defs", {}))
                schemas[form.__name__] = schema
            schemas["Problem"] = _PROBLEM
            _drop_framework_refusals(whole)
            app.openapi_schema = whole
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _drop_framework_refusals(document: dict[str, Any]) -> None:
    """The framework documents a 422 of its own for parameters; ours is a 400."""
    for path in document["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)


_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. No value of the request is ever quoted.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "The class of problem, for programs."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "problem", "remedy"],
                "properties": {
                    "where": {"type": "string", "description": "A JSON pointer, a column, or a header's name."},
                    "problem": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}
