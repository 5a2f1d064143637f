"""The demonstration's API keys: made anew each time, kept by their hashes, each for one thing."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from mashbus.demo.week import PARTNERSHIP


@dataclass(frozen=True)
class Keys:
    form: str
    """The online form."""
    force: str
    """The police force's batches."""
    manager: str
    """A MASH manager."""


def issue(path: Path) -> Keys:
    """Write the file of hashes; the keys themselves are only in the result."""
    keys = Keys(*(secrets.token_urlsafe(24) for _ in range(3)))
    entries = [
        _entry(keys.form, "online-form", "referrer", ["refer"]),
        {**_entry(keys.force, "met-police-batches", "police", ["police"]), "organisation": "met-police"},
        _entry(keys.manager, "mash-manager-1", "mash_manager", ["rate", "decide", "read"]),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=1))
    return keys


def _entry(key: str, label: str, role: str, may: list[str]) -> dict[str, object]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"label": label, "sha256": digest, "partnership": PARTNERSHIP, "role": role, "may": may}
