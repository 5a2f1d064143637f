"""A small system of record in SQLite: opened for reading only, and made whole or not at all."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path


class NotSeeded(Exception):
    """Without its records an agency must not answer: "not known" would be a lie."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no {path.name} in {path.parent}; seed the agency's database before its service")


def opened(path: Path) -> sqlite3.Connection:
    """Read only. Raises NotSeeded."""
    if not path.is_file():
        raise NotSeeded(path)
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)


@contextlib.contextmanager
def filled(path: Path, tables: str) -> Iterator[sqlite3.Connection]:
    """A new database with these tables, in place of an old one when the block has ended without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(draft)) as db:
            db.executescript(tables)
            yield db
            db.commit()
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
