"""The services as processes: started, awaited, watched, ended. One that dies is said with its log."""

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from mashbus.stack.process import Identity, end, exit_code, module_path, spawn

HUB = ("intake", "triage", "outcomes", "deadlines", "mailer", "status", "matching")
AGENCIES = "agencies"
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


Parts = Mapping[str, Sequence[str]]
"""What runs in one process, by a name for it: services as `mashbus run` takes them."""


def parts_of(agencies: Sequence[str], alone: str | None) -> Parts:
    """Each service of the hub in a process of its own, the agencies' in one, and one of them alone."""
    together = [one for one in agencies if one != alone]
    return {
        **{name: (name,) for name in HUB},
        **({AGENCIES: together} if together else {}),
        **({alone: (alone,)} if alone else {}),
    }


class Cast:
    """`environment` is the stack's, so that every service reads the same settings."""

    def __init__(self, home: Path, environment: Mapping[str, str], parts: Parts) -> None:
        self.logs = home / "logs"
        self.parts = parts
        self._home = home
        self.environment = {**module_path(), **environment}
        self._running: dict[str, Identity] = {}

    @property
    def services(self) -> tuple[str, ...]:
        """Those that should run now."""
        return tuple(service for name in self._running for service in self.parts[name])

    def start(self, names: Iterable[str] | None = None) -> None:
        """These parts, or all."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for name in self.parts if names is None else names:
            for service in self.parts[name]:
                self._said(service).unlink(missing_ok=True)
            self._running[name] = spawn(
                [sys.executable, "-m", "mashbus.cli", "run", *self.parts[name]],
                folder=Path.cwd(),
                log=self.log(name),
                mark=self._home / "stack",  # the stack's guard ends what carries this, should nobody else
                extra=self.environment,
            )

    def await_ready(self) -> None:
        """Returns when all answer that they are ready. Raises ServiceDied or ServiceSilent."""
        give_up = time.monotonic() + READY_WITHIN.total_seconds()
        for name, services in self.parts.items():
            while not all(map(self.is_ready, services)):
                self.check()
                if time.monotonic() > give_up:
                    raise ServiceSilent(name, READY_WITHIN, self.log(name))
                time.sleep(ASK_EVERY.total_seconds())

    def is_ready(self, service: str) -> bool:
        with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
            return httpx.get(f"{self.address(service).url}/readyz", timeout=2).is_success
        return False

    def address(self, service: str) -> Address:
        """Raises OSError or ValueError while the service has not said it."""
        said = json.loads(self._said(service).read_text())
        return Address(service, said["pid"], f"http://127.0.0.1:{said['port']}")

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
