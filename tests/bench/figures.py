"""What every bench says of the machine, and its figures one under the other."""

import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any


def machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def lines(found: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested figures by their dotted names."""
    if isinstance(found, Mapping):
        for name, value in found.items():
            yield from lines(value, f"{path}.{name}" if path else name)
    else:
        yield path, str(found)
