"""Only the locked bytes run: what is missing, cut short or changed in the cache is fetched again, or said."""

import hashlib
import os
import tarfile
from pathlib import Path
from threading import Event

import pytest

from mashbus.stack.errors import DiskFullError, JarDamagedError, JarUnavailableError
from mashbus.stack.jars import DownloadError, Jar, JarCache, locked
from mashbus.stack.registry import unpacked
from mashbus.stack.versions import KAFKA, REGISTRY, SLF4J

GOOD = b"the locked bytes"
JAR = Jar("org.example:thing:1.0", hashlib.sha256(GOOD).hexdigest())


class Repository:
    """A Maven repository that gives what it is told to, in turn, and then the good bytes; OSError-like words refuse."""

    def __init__(self, *answers: bytes | str) -> None:
        self.answers = list(answers)
        self.asked = 0

    def download(self, jar: Jar, folder: Path, _cancelled: Event) -> Path:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, str):
            raise DownloadError(answer)
        folder.mkdir(parents=True)
        arrived = folder / "thing-1.0.jar"
        arrived.write_bytes(answer)
        return arrived


class Cache:
    def __init__(self, folder: Path, repository: Repository) -> None:
        self.said: list[str] = []
        self.repository = repository
        self._cache = JarCache(folder, self.said.append, repository.download)

    def ensure(self) -> Path:
        return self._cache.ensure([JAR])[0]


def test_a_jar_is_fetched_once(tmp_path: Path) -> None:
    repository = Repository()
    assert Cache(tmp_path, repository).ensure().read_bytes() == GOOD
    assert Cache(tmp_path, repository).ensure().read_bytes() == GOOD
    assert repository.asked == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maven"], "nothing unfinished stays"


@pytest.mark.parametrize("damaged", [b"", GOOD[:7], b"OTHER locked byte", GOOD + b"!"])
def test_a_half_downloaded_or_changed_jar_is_detected_said_and_fetched_again(tmp_path: Path, damaged: bytes) -> None:
    cache = Cache(tmp_path, Repository())
    cache.ensure().write_bytes(damaged)
    assert cache.ensure().read_bytes() == GOOD
    assert "thing-1.0.jar in the cache is damaged or half-downloaded: fetching it again." in cache.said
    assert cache.repository.asked == 2


def test_what_a_killed_fetch_left_is_cleared_and_a_running_one_is_not(tmp_path: Path) -> None:
    old, young = tmp_path / "fetching-old", tmp_path / "fetching-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (1, 1))
    Cache(tmp_path, Repository()).ensure()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fetching-young", "maven"]


def test_a_touched_jar_is_verified_and_not_fetched(tmp_path: Path) -> None:
    cache = Cache(tmp_path, Repository())
    os.utime(cache.ensure(), (1, 1))
    cache.ensure()
    assert cache.repository.asked == 1


def test_a_download_that_arrives_damaged_is_tried_once_more(tmp_path: Path) -> None:
    cache = Cache(tmp_path, Repository(GOOD[:3]))
    assert cache.ensure().read_bytes() == GOOD
    assert "thing-1.0.jar arrived damaged: fetching it again." in cache.said


def test_other_bytes_than_the_locked_are_refused(tmp_path: Path) -> None:
    with pytest.raises(JarDamagedError, match="is not the file that was locked"):
        Cache(tmp_path, Repository(b"evil", b"evil")).ensure()
    assert not JAR.place(tmp_path).exists()


def test_no_network_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JarUnavailableError, match=r"cannot be fetched \(no answer\): connect this machine"):
        Cache(tmp_path, Repository("no answer")).ensure()


def test_no_room_for_jars_is_said_before_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mashbus.stack.jars.SPACE_FOR_JARS", 2**63)
    cache = Cache(tmp_path, Repository())
    with pytest.raises(DiskFullError):
        cache.ensure()
    assert cache.repository.asked == 0


def test_a_spoilt_note_of_what_was_verified_is_only_a_reason_to_verify(tmp_path: Path) -> None:
    cache = Cache(tmp_path, Repository())
    cache.ensure()
    (tmp_path / "maven" / "verified.json").write_text("[broken")
    cache.ensure()
    assert cache.repository.asked == 1


def test_an_archive_is_unpacked_once_and_whole(tmp_path: Path) -> None:
    (tmp_path / "quarkus-run.jar").write_bytes(b"main")
    archive = tmp_path / "program.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "quarkus-run.jar", "quarkus-run.jar")
    main = unpacked(archive)
    assert main.read_bytes() == b"main"
    assert unpacked(archive) == main
    assert not list(tmp_path.glob("unpacking-*"))


def test_the_lock_holds_the_versions_that_the_documents_name() -> None:
    coordinates = {jar.coordinate for jar in locked()}
    assert f"org.apache.kafka:kafka_2.13:{KAFKA}" in coordinates
    assert f"io.apicurio:apicurio-registry-app:{REGISTRY}:all:tar.gz" in coordinates
    assert {c for c in coordinates if c.startswith("org.slf4j:")} == {
        f"org.slf4j:slf4j-api:{SLF4J}",
        f"org.slf4j:slf4j-simple:{SLF4J}",
    }
    assert len({jar.sha256 for jar in locked()}) == len(locked())
