"""Walking a schema: every named type and every field of a document, wherever it is nested."""

from collections.abc import Iterator
from typing import Any

NAMED = ("record", "enum", "fixed")


def named_types(document: Any) -> dict[str, dict[str, Any]]:
    """Full name -> definition, for every record and enum that the document defines."""
    return {f"{node['namespace']}.{node['name']}": node for node in _definitions(document)}


def fields(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """`<type>.<field>` and the field, for every field of every record that the document defines."""
    for name, node in named_types(document).items():
        if node["type"] == "record":
            yield from ((f"{name}.{field['name']}", field) for field in node["fields"])


def expanded(schema: Any, named: dict[str, dict[str, Any]], inside: tuple[str, ...] = ()) -> Any:
    """The schema with every name replaced by its definition, so that two files can be compared.

    Raises RecursionError with the type's name where a type holds itself.
    """
    match schema:
        case str() if schema in named:
            if schema in inside:
                raise RecursionError(schema)
            return expanded(named[schema], named, inside)
        case list():
            return [expanded(branch, named, inside) for branch in schema]
        case {"type": "record"}:
            inside = (*inside, f"{schema['namespace']}.{schema['name']}")
            fields_ = [{**field, "type": expanded(field["type"], named, inside)} for field in schema["fields"]]
            return {**schema, "fields": fields_}
        case {"type": "array", "items": items}:
            return {**schema, "items": expanded(items, named, inside)}
    return schema


def _definitions(schema: Any) -> Iterator[dict[str, Any]]:
    match schema:
        case list():
            for branch in schema:
                yield from _definitions(branch)
        case {"type": "array", "items": items}:
            yield from _definitions(items)
        case {"type": kind} if kind in NAMED:
            yield schema
            for field in schema.get("fields", ()):
                yield from _definitions(field["type"])
