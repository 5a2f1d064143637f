"""Jars from Maven coordinates into a cache that all checkouts share, each one the very file that was locked.

`jars.lock` beside this module has a line for each file: coordinate, sha256. A fetched file gets its place in the
cache by a rename after its sum was checked, so what lies there incomplete was damaged later; size and time of
change tell cheaply, and then the sum decides.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from threading import Event

from mashbus.stack.errors import DiskFullError, JarDamagedError, JarUnavailableError

SPACE_FOR_JARS = 600 * 1024 * 1024
ATTEMPTS = 2
DOWNLOADS_AT_ONCE = 6
FETCHING = "fetching-"
LEFTOVER_AGE = timedelta(hours=6)

Report = Callable[[str], None]


class DownloadError(Exception):
    """Says in a few words why nothing came."""


class _Cancelled(Exception):
    pass


@dataclass(frozen=True)
class Jar:
    """`group:artifact:version[:classifier:packaging]` and the sha256 of its bytes."""

    coordinate: str
    sha256: str

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        group, artifact, version, *rest = self.coordinate.split(":")
        classifier, packaging = rest or ("", "jar")
        return group, artifact, version, classifier, packaging

    @property
    def is_archive(self) -> bool:
        return self.parts[4] != "jar"

    def place(self, cache: Path) -> Path:
        group, artifact, version, classifier, packaging = self.parts
        name = "-".join(filter(None, (artifact, version, classifier)))
        return cache.joinpath("maven", *group.split("."), artifact, version, f"{name}.{packaging}")


def locked() -> list[Jar]:
    lines = files("mashbus.stack").joinpath("jars.lock").read_text().splitlines()
    return [Jar(*line.split()) for line in lines if line and not line.startswith("#")]


def sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


Download = Callable[[Jar, Path, Event], Path]
"""Fetches one jar into an empty folder; raises DownloadError, and stops soon after the event is set."""


class JarCache:
    def __init__(self, cache: Path, report: Report, download: Download | None = None) -> None:
        self.cache = cache
        self._report = report
        self._download = download or from_maven
        self._stamps_file = cache / "maven" / "verified.json"

    def ensure(self, jars: list[Jar]) -> list[Path]:
        """The jars' paths, every one checked against its sum; fetches what is missing or damaged."""
        stamps = self._read_stamps()
        missing = [jar for jar in jars if not self._is_good(jar, stamps)]
        if missing:
            self._fetch_all(missing)
        fresh = {jar.coordinate: self._stamp(jar) for jar in jars}
        if fresh.items() - stamps.items():
            self._write_stamps({**stamps, **fresh})
        return [jar.place(self.cache) for jar in jars]

    def _stamp(self, jar: Jar) -> str:
        found = jar.place(self.cache).stat()
        return f"{jar.sha256} {found.st_size} {found.st_mtime_ns}"

    def _is_good(self, jar: Jar, stamps: Mapping[str, str]) -> bool:
        place = jar.place(self.cache)
        if not place.is_file():
            return False
        if stamps.get(jar.coordinate) == self._stamp(jar) or sha256(place) == jar.sha256:
            return True
        self._report(f"{place.name} in the cache is damaged or half-downloaded: fetching it again.")
        place.unlink()
        return False

    def _read_stamps(self) -> dict[str, str]:
        try:
            found = json.loads(self._stamps_file.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_stamps(self, stamps: Mapping[str, str]) -> None:
        unfinished = self._stamps_file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(stamps, indent=0, sort_keys=True))
        unfinished.replace(self._stamps_file)

    def _fetch_all(self, jars: list[Jar]) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.cache).free
        if free < SPACE_FOR_JARS:
            raise DiskFullError(self.cache, free, SPACE_FOR_JARS)
        self._report(
            f"Fetching {len(jars)} jars by their Maven coordinates into {self.cache} (once for all checkouts)."
        )
        self._clear_old_leftovers()
        cancelled = Event()
        with (
            tempfile.TemporaryDirectory(prefix=FETCHING, dir=self.cache) as folder,
            ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool,
        ):
            fetches = [pool.submit(self._fetch, jar, Path(folder), cancelled) for jar in jars]
            try:
                wait(fetches, return_when="FIRST_EXCEPTION")
            finally:
                cancelled.set()
                pool.shutdown(cancel_futures=True)
        failures = [fetch.exception() for fetch in fetches if not fetch.cancelled()]
        for failure in failures:
            if failure and not isinstance(failure, _Cancelled):
                raise failure

    def _clear_old_leftovers(self) -> None:
        """Of fetches that were killed; a younger one may still be at work."""
        for folder in self.cache.glob(f"{FETCHING}*"):
            if time.time() - folder.stat().st_mtime > LEFTOVER_AGE.total_seconds():
                shutil.rmtree(folder, ignore_errors=True)

    def _fetch(self, jar: Jar, folder: Path, cancelled: Event) -> None:
        got = ""
        for attempt in range(ATTEMPTS):
            try:
                arrived = self._download(jar, folder / f"{jar.sha256}-{attempt}", cancelled)
            except DownloadError as error:
                raise JarUnavailableError(jar.coordinate, str(error), self.cache) from error
            got = sha256(arrived)
            if got == jar.sha256:
                place = jar.place(self.cache)
                place.parent.mkdir(parents=True, exist_ok=True)
                arrived.replace(place)
                return
            self._report(f"{arrived.name} arrived damaged: fetching it again.")
        raise JarDamagedError(jar.coordinate, jar.sha256, got)


def from_maven(jar: Jar, folder: Path, cancelled: Event) -> Path:
    """From Maven Central, or from the repositories that the user's own jgo configuration names."""
    # Imported here: jgo and requests take a third of a second that a warm start need not pay.
    import requests  # noqa: PLC0415
    from jgo.config import GlobalSettings  # noqa: PLC0415
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    context = MavenContext(
        PythonResolver(progress_callback=partial(_stop_when, cancelled)),
        repo_cache=folder,
        remote_repos=GlobalSettings.load().repositories or None,
    )
    group, artifact, version, classifier, packaging = jar.parts
    try:
        found = context.project(group, artifact).at_version(version).artifact(classifier, packaging).resolve()
    except requests.RequestException as error:
        raise DownloadError(f"no answer: {type(error).__name__}") from error
    except RuntimeError as error:
        raise DownloadError("the repository does not have it") from error
    return Path(found)


@contextmanager
def _stop_when(cancelled: Event, _name: str, _size: int) -> Iterator[Callable[[int], None]]:
    def on_chunk(_bytes: int) -> None:
        if cancelled.is_set():
            raise _Cancelled

    yield on_chunk
