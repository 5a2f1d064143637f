"""The hash of a contact's content: tells the same contact sent twice from another one under the same key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: names in order, what is left at its default left out, instants in UTC.

    So the order of fields, blanks and a written-out default make no difference, and a field that is added to a record
    later changes no old hash.
    """
    canonical = json.dumps(_canonical(content), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if is_dataclass(value):
        told = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _canonical(said) for field, said in told if said != field.default}
    match value:
        case Mapping():
            return {name: _canonical(said) for name, said in value.items() if said not in (None, ())}
        case tuple() | list():
            return [_canonical(one) for one in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
