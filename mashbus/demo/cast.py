"""The nine services as processes of their own: started, awaited, watched, ended. One that dies is said with its log."""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from mashbus.stack.process import Identity, end, exit_code, module_path, spawn

SERVICES = ("intake", "triage", "agency_police", "agency_health", "agency_education", "outcomes", "deadlines", "mailer",
            "status")  # fmt: skip
READY_WITHIN = timedelta(seconds=90)
ASK_EVERY = timedelta(seconds=0.25)
END_WITHIN = timedelta(seconds=15)


class ServiceDied(Exception):
    def __init__(self, name: str, code: int | None, log: Path) -> None:
        self.name, self.log = name, log
        ended = "ended" if code is None else f"ended with {code}"
        super().__init__(f"the service {name} {ended}; its last words are at the end of {log}")


class ServiceSilent(Exception):
    def __init__(self, name: str, within: timedelta, log: Path) -> None:
        super().__init__(f"the service {name} was not ready within {within.total_seconds():.0f} s: read {log}")


@dataclass(frozen=True)
class Address:
    """Where a service answers, as it says itself in `<home>/run/<name>.json`."""

    name: str
    pid: int
    url: str


class Cast:
    """`environment` is the stack's, so that every service reads the same settings."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.logs = home / "logs"
        self._home = home
        self.environment = {**module_path(), **environment}
        self._running: dict[str, Identity] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Those that should run now."""
        return tuple(self._running)

    def start(self, names: Iterable[str] = SERVICES) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in names:
            self._said(name).unlink(missing_ok=True)
            self._running[name] = spawn(
                [sys.executable, "-m", "mashbus.cli", "run", name],
                folder=Path.cwd(),
                log=self.log(name),
                mark=self._home / "stack",  # the stack's guard ends what carries this, should nobody else
                extra=self.environment,
            )

    def await_ready(self, names: Iterable[str] = SERVICES) -> None:
        """Returns when all answer that they are ready. Raises ServiceDied or ServiceSilent."""
        give_up = time.monotonic() + READY_WITHIN.total_seconds()
        for name in names:
            while not self.is_ready(name):
                self.check()
                if time.monotonic() > give_up:
                    raise ServiceSilent(name, READY_WITHIN, self.log(name))
                time.sleep(ASK_EVERY.total_seconds())

    def is_ready(self, name: str) -> bool:
        with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
            return httpx.get(f"{self.address(name).url}/readyz", timeout=2).is_success
        return False

    def address(self, name: str) -> Address:
        """Raises OSError or ValueError while the service has not said it."""
        said = json.loads(self._said(name).read_text())
        return Address(name, said["pid"], f"http://127.0.0.1:{said['port']}")

    def check(self) -> None:
        """Raises ServiceDied for the first that should run and does not."""
        for name, identity in self._running.items():
            if not identity.find():
                raise ServiceDied(name, exit_code(identity), self.log(name))

    def stop(self, name: str) -> None:
        """Ask it to end, and wait; it is no longer watched."""
        if identity := self._running.pop(name, None):
            end([identity], END_WITHIN)

    def stop_all(self) -> None:
        running, self._running = list(self._running.values()), {}
        end(running, END_WITHIN)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _said(self, name: str) -> Path:
        return self._home / "run" / f"{name}.json"
