"""What clients were promised: every 202 they got, one JSON object a line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ACCEPTED = 202


class Receipt(NamedTuple):
    line: int
    path: str
    idempotency_key: str
    body: Mapping[str, Any]


class BadReceipts(ValueError):
    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path.name}:{line}: not a receipt; wanted is one JSON object a line with at, path, idempotency_key, "
            "status and body"
        )


def read_receipts(path: Path) -> tuple[Receipt, ...]:
    """The accepted ones. Raises BadReceipts for a line that is none."""
    receipts = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                said = json.loads(line)
                if said["status"] == ACCEPTED:
                    receipts.append(Receipt(number, said["path"], str(said["idempotency_key"]), dict(said["body"])))
            except (ValueError, KeyError, TypeError):
                raise BadReceipts(path, number) from None
    return tuple(receipts)
