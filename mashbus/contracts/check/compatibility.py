"""Whether any two versions of a record read each other (FULL_TRANSITIVE), by Apache Avro's own checker.

The checker is a library of the development extra; without it the question cannot be answered, and that is said.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from mashbus.contracts.catalogue import Catalogue


def faults(catalogue: Catalogue) -> Iterator[str]:
    for full_name in catalogue.full_names:
        versions = [f"{full_name}/{version}" for version in catalogue.versions(full_name)]
        yield from incompatible([(one, catalogue.document(one)) for one in versions])


def incompatible(versions: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """Every pair of versions that do not read each other, each way, with the checker's reasons."""
    for (old, was), (new, is_) in combinations(versions, 2):
        for reader, read, writer, written in ((new, is_, old, was), (old, was, new, is_)):
            reasons = _reasons(read, written)
            if reasons:
                yield f"{reader} cannot read {writer}: {'; '.join(reasons)}"


def _reasons(reader: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    try:
        from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType  # noqa: PLC0415
        from avro.schema import parse  # noqa: PLC0415
    except ImportError:
        return ["not checked, Apache avro is not installed (it comes with the development libraries)"]
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(parse(json.dumps(reader)), parse(json.dumps(writer)))
    if result.compatibility is SchemaCompatibilityType.compatible:
        return []
    return sorted(result.messages) or ["incompatible"]
