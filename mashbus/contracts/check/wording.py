"""What every schema must say of itself, and the shapes that none may have.

A `doc` everywhere; what each field tells of a person; an UNKNOWN for every enum, with its meaning for the rules;
no type that holds itself and no array of nothing (both crash readers, trap 27).
"""

from collections.abc import Iterator
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException

from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.check.tree import expanded, fields, named_types

PERSONAL = ("none", "identity", "contact", "narrative")
"""Nothing of a person; who a person is; how or where one is reached; what is said of a person's life."""

UNKNOWN = "UNKNOWN"


def unparsed(catalogue: Catalogue) -> Iterator[str]:
    """Files that are no Avro schemas, or that hold themselves: nothing else can be asked of these."""
    for dataschema in catalogue.dataschemas:
        document = catalogue.document(dataschema)
        try:
            fastavro.parse_schema(document, {})
            expanded(document, named_types(document))
        except (SchemaParseException, KeyError, TypeError, ValueError) as fault:
            yield f"{dataschema}: not an Avro schema ({type(fault).__name__}: {fault})"
        except RecursionError as fault:
            yield f"{dataschema}: {fault} holds itself"


def faults(catalogue: Catalogue) -> Iterator[str]:
    for dataschema in catalogue.dataschemas:
        yield from (f"{dataschema}: {fault}" for fault in _of(catalogue.document(dataschema)))
    yield from _twins(catalogue)


def _of(document: dict[str, Any]) -> Iterator[str]:
    named = named_types(document)
    for name, node in named.items():
        if not node.get("doc", "").strip():
            yield f"{name} has no doc"
        if node["type"] == "enum":
            yield from _enum(name, node)
    for name, field in fields(document):
        if not field.get("doc", "").strip():
            yield f"{name} has no doc"
        yield from _mark(name, field, named)
        yield from _items(name, field["type"], named)


def _enum(name: str, node: dict[str, Any]) -> Iterator[str]:
    if node.get("default") != UNKNOWN or UNKNOWN not in node["symbols"]:
        yield f"{name} has no default symbol {UNKNOWN}: one more symbol would break its readers"
    if UNKNOWN not in node.get("doc", ""):
        yield f"{name} does not say what {UNKNOWN} means for the rules"


def _mark(name: str, field: dict[str, Any], named: dict[str, Any]) -> Iterator[str]:
    """Whoever leaves out what is personal must be able to judge by the outermost field."""
    mark = field.get("personal")
    if mark not in PERSONAL:
        yield f'{name} has no "personal": one of {", ".join(PERSONAL)}'
    within = {below.get("personal") for below in _below(expanded(field["type"], named))}
    holds = [one for one in PERSONAL[1:] if one in within]
    if mark == "none" and holds:
        yield f'{name} is marked "none" and holds {", ".join(holds)}'


def _below(schema: Any) -> Iterator[dict[str, Any]]:
    match schema:
        case list():
            for branch in schema:
                yield from _below(branch)
        case {"type": "array", "items": items}:
            yield from _below(items)
        case {"type": "record", "fields": fields_}:
            for field in fields_:
                yield field
                yield from _below(field["type"])


def _items(name: str, schema: Any, named: dict[str, Any]) -> Iterator[str]:
    match schema:
        case {"type": "array", "items": items}:
            if _zero_width(expanded(items, named)):
                yield f"{name} is an array of items without bytes: six bytes could ask for gigabytes"
            yield from _items(name, items, named)
        case list():
            for branch in schema:
                yield from _items(name, branch, named)


def _zero_width(schema: Any) -> bool:
    match schema:
        case "null" | {"type": "null"} | {"type": "fixed", "size": 0}:
            return True
        case {"type": "record", "fields": fields_}:
            return all(_zero_width(field["type"]) for field in fields_)
    return False


def _twins(catalogue: Catalogue) -> Iterator[str]:
    """A nested type is one type: the same in the newest file of every record that uses it."""
    first: dict[str, tuple[str, Any]] = {}
    for full_name in catalogue.full_names:
        dataschema = catalogue.newest(full_name)
        named = named_types(catalogue.document(dataschema))
        for name, node in named.items():
            whole = expanded(node, named)
            where, other = first.setdefault(name, (dataschema, whole))
            if whole != other:
                yield f"{dataschema}: {name} differs from the one in {where}"
