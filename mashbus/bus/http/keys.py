"""API keys: random, shown once, kept as their SHA-256, and read again whenever the file changes.

A plain hash is right for 32 random bytes: there is nothing to guess. A key says who calls (its label), for which
partnership, in which role, and what it may do; nothing of that is ever taken from a body.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

_log = structlog.get_logger()

Permission = Literal["refer", "police", "rate", "decide", "record", "calls", "receipts", "read", "picture", "holdings"]
Label = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
PREFIX = "mash_"
"""So that a key found where it should not be is known for what it is."""


class ApiKey(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    label: Label
    """The key's own name, opaque: it stands in records."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    partnership: Label
    role: Label
    may: frozenset[Permission]
    organisation: Label | None = None
    """Whose batches it may send, whose cases it may tell of; `police` and `holdings` need one."""

    @model_validator(mode="after")
    def _police_names_its_force(self) -> "ApiKey":
        if "police" in self.may and self.organisation is None:
            raise ValueError("a key that may send police batches names its organisation")
        if "holdings" in self.may and self.organisation is None:
            raise ValueError("a key that may tell who holds a child names its organisation")
        return self

    @property
    def client(self) -> str:
        """Who sends, for ids: a new key under the same label is the same client."""
        return f"{self.partnership}/{self.label}"


_FILE = TypeAdapter(tuple[ApiKey, ...])


class KeyFileRefused(Exception):
    """`faults`: where and what, without the file's contents."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        super().__init__(f"{path}: {'; '.join(faults)}")


class LabelTaken(ValueError):
    def __init__(self, label: str) -> None:
        super().__init__(f"there is a key '{label}' already: revoke it first, or choose another label")


class NoSuchKey(LookupError):
    def __init__(self, label: str) -> None:
        super().__init__(f"there is no key '{label}'")


class ApiKeys:
    """The keys of one file. A missing file holds none; a spoilt one leaves the last good keys in force."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._keys: tuple[ApiKey, ...] = ()

    def find(self, secret: str) -> ApiKey | None:
        """Whose key it is. Compares with every one, in constant time."""
        digest = digest_of(secret)
        found = None
        for key in self._current():
            if hmac.compare_digest(key.sha256, digest):
                found = key
        return found

    def _current(self) -> tuple[ApiKey, ...]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, ()
            return ()
        stamp = stat.st_mtime_ns, stat.st_size, stat.st_ino
        if stamp != self._stamp:
            try:
                self._keys = read_keys(self._path)
            except KeyFileRefused as fault:
                _log.error("API key file refused; the last good keys stay in force", fault=str(fault))
            self._stamp = stamp  # last: whoever asks meanwhile must not be told the keys of before
        return self._keys


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Raises KeyFileRefused."""
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as fault:
        faults = fault.errors(include_input=False)
        raise KeyFileRefused(
            path, [f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['type']}" for one in faults]
        ) from None


def add_key(
    path: Path, label: str, *, partnership: str, role: str, may: frozenset[Permission], organisation: str | None = None
) -> str:
    """Add a key and return its secret: the only time anybody sees it. Raises LabelTaken, ValidationError."""
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        label=label, sha256=digest_of(secret), partnership=partnership, role=role, may=may, organisation=organisation
    )
    with _changing(path) as keys:
        if any(one.label == label for one in keys):
            raise LabelTaken(label)
        keys.append(key)
    return secret


def revoke_key(path: Path, label: str) -> None:
    """Raises NoSuchKey."""
    with _changing(path) as keys:
        kept = [one for one in keys if one.label != label]
        if len(kept) == len(keys):
            raise NoSuchKey(label)
        keys[:] = kept


@contextmanager
def _changing(path: Path) -> Iterator[list[ApiKey]]:
    """One at a time, and the file is whole at every moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = list(read_keys(path))
        yield keys
        draft = path.with_name(f"{path.name}.new")
        written = [key.model_dump(mode="json", exclude_none=True) | {"may": sorted(key.may)} for key in keys]
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(written, file, indent=1)
        draft.replace(path)
