"""What the stack remembers between commands: ports, number of brokers, cluster id, who runs; one file, one writer."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock

from mashbus.stack.errors import BusyError
from mashbus.stack.process import Identity

STACK_FILE = "stack.env"
"""Read by `mashbus.bus.settings`."""


@dataclass(frozen=True)
class Folders:
    """`<home>/stack` holds everything of the stack's but the mail and the settings it announces."""

    home: Path

    @property
    def stack(self) -> Path:
        return self.home / "stack"

    @property
    def logs(self) -> Path:
        return self.stack / "logs"

    @property
    def state(self) -> Path:
        return self.stack / "state.json"

    @property
    def directory_key(self) -> Path:
        return self.stack / "directory.key"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def announcement(self) -> Path:
        return self.home / STACK_FILE

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def data(self, part: str) -> Path:
        return self.stack / part


@dataclass
class State:
    """Changed only through `Memory`."""

    brokers: int = 0
    cluster: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Identity] = field(default_factory=dict)
    owner: Identity | None = None
    """The process whose end ends the stack; None once it was brought up to stay."""


class Memory:
    """The state in its file; every change is on disk, whole, before the call returns."""

    def __init__(self, folders: Folders) -> None:
        self._file = folders.state
        self._change = Lock()
        self.state = self._read()

    def refresh(self) -> None:
        self.state = self._read()

    def set_shape(self, brokers: int, cluster: str, ports: dict[str, int]) -> None:
        with self._change:
            self.state.brokers, self.state.cluster, self.state.ports = brokers, cluster, ports
            self._write()

    def set_process(self, part: str, identity: Identity | None) -> None:
        with self._change:
            if identity:
                self.state.processes[part] = identity
            else:
                self.state.processes.pop(part, None)
            self._write()

    def set_owner(self, owner: Identity | None) -> None:
        with self._change:
            self.state.owner = owner
            self._write()

    def _read(self) -> State:
        try:
            found = json.loads(self._file.read_text())
            processes = {part: Identity(**identity) for part, identity in found.pop("processes").items()}
            owner = found.pop("owner")
            return State(**found, processes=processes, owner=Identity(**owner) if owner else None)
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return State()  # processes of a state that cannot be read still carry the mark

    def _write(self) -> None:
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(asdict(self.state), indent=1))
        unfinished.replace(self._file)


@contextmanager
def exclusive(folders: Folders) -> Iterator[None]:
    """One command at a time works on a stack; the lock ends with its process, however that ends."""
    folders.logs.mkdir(parents=True, exist_ok=True)
    handle = os.open(folders.stack / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(folders.home) from error
        yield
    finally:
        os.close(handle)
