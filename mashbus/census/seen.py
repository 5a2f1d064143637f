"""Which local ids stood in the file before, in memory that does not grow with it: a small file of hashes."""

import sqlite3
from hashlib import blake2b
from secrets import token_bytes
from types import TracebackType
from typing import Self

CACHE_KIB = 8 * 1024


class Seen:
    """Keeps 64 bits of a hash under a key of its own, so that no id is ever written down.

    Two of a million ids have the same 64 bits with a chance of 3 in 100,000,000: the later would be refused, and
    said so. The file is SQLite's own temporary one: it has no name, and ends with the connection.
    """

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._there = sqlite3.connect("")
        self._there.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._there.execute("PRAGMA journal_mode = OFF")
        self._there.execute("CREATE TABLE seen (id INTEGER PRIMARY KEY)")
        self._there.execute("BEGIN")

    def before(self, local_id: str) -> bool:
        """Whether this very id was asked about before."""
        digest = blake2b(local_id.encode(), digest_size=8, key=self._key).digest()
        told = (int.from_bytes(digest, "big", signed=True),)
        return self._there.execute("INSERT OR IGNORE INTO seen VALUES (?)", told).rowcount == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._there.close()
