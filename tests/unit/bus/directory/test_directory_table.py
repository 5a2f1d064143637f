"""The file of the directory: whole or made anew, one process's, and nothing of what the log has forgotten."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from core_story import CHILD, MONDAY
from hub_memory import CODEC, KEYS, NHS, OPEN, HubMemory, contact, held, identified

from mashbus.bus.directory.decoding import Decoder, NotForTheDirectory
from mashbus.bus.directory.file import Slot, TableDamaged, TableUnusable
from mashbus.bus.directory.table import Table
from mashbus.bus.errors import Unreadable
from mashbus.contracts import hub, topics
from mashbus.domain.known import Identifier
from mashbus.domain.referral import Child

HOUR = timedelta(hours=1)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[HubMemory]:
    made = HubMemory(tmp_path / "directory")
    yield made
    made.table.close()


def test_a_batch_is_there_whole_or_not_at_all(memory: HubMemory) -> None:
    decoder = Decoder(memory.catalogue)
    change = decoder.change(memory.received(held("L1", OPEN)))
    with pytest.raises(TableDamaged):
        memory.table.apply([change, change.__class__("ab" * 32, ("a", "b"), "c", None, held=True)], {("t", 1): 5})
    assert memory.table.positions() == {}
    assert memory.table.counts().children == 0
    memory.table.apply([change], {("t", 1): 5})
    assert memory.table.positions() == {("t", 1): 5}


def test_what_the_topic_has_forgotten_is_forgotten(memory: HubMemory) -> None:
    memory.came("one", contact("one", Child(nhs_number=NHS))).came("two", contact("two", Child(nhs_number=NHS)))
    begun = dict.fromkeys(range(12), 0)
    assert memory.table.prune(begun, MONDAY - HOUR) == 0
    key = next(iter(memory.table.positions()))
    assert memory.table.prune({part: 1 if part == key[1] else 0 for part in range(12)}, MONDAY - HOUR) >= 1
    assert memory.table.prune(begun, MONDAY + HOUR) >= 1
    assert memory.table.counts().contacts == 0
    assert not memory.knows("one")


@pytest.mark.parametrize("about", [{"key": "another"}, {"key": KEYS.fingerprint, "mash.contacts": "another"}])
def test_a_file_of_another_key_or_topic_is_not_believed(tmp_path: Path, about) -> None:
    path = tmp_path / "0.sqlite"
    Table(path, {"key": KEYS.fingerprint, "mash.contacts": "one"}).close()
    with pytest.raises(TableDamaged, match="of another"):
        Table(path, about)


def test_a_file_of_another_layout_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "0.sqlite"
    Table(path, {}).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=999")
    db.close()
    with pytest.raises(TableDamaged, match="layout"):
        Table(path, {})


def test_a_file_that_is_damaged_later_is_noticed_when_it_is_asked(memory: HubMemory, tmp_path: Path) -> None:
    memory.told(*(held(f"L{n}", OPEN) for n in range(500)))
    memory.table._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "directory" / "0.sqlite"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))

    def ask_for_each() -> None:
        for n in range(500):
            Table(path, {}).child(KEYS.child("hackney", "hackney-csc", f"L{n}"))

    with pytest.raises((TableDamaged, TableUnusable)):
        ask_for_each()


def test_each_process_has_a_file_and_one_that_nobody_has_is_taken_again(tmp_path: Path) -> None:
    one, two = Slot(tmp_path), Slot(tmp_path)
    assert (one.path.name, two.path.name) == ("0.sqlite", "1.sqlite")
    one.give_back()
    again = Slot(tmp_path)
    assert again.path == one.path
    again.give_back()
    two.give_back()


def test_what_nobody_has_read_on_for_a_day_is_deleted(tmp_path: Path) -> None:
    for name, age in (("3.sqlite", 2 * 86400), ("4.sqlite", 3600)):
        (tmp_path / name).write_bytes(b"x")
        at = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (at, at))
    Slot(tmp_path).give_back()
    assert [one.name for one in tmp_path.glob("*.sqlite")] == ["4.sqlite"]


def test_a_row_is_made_of_a_few_fields_and_the_record_is_whole_when_it_is_found(memory: HubMemory) -> None:
    said = held("L1", OPEN)
    memory.told(said)
    value = memory.table.child(said.child)
    assert value is not None
    assert Decoder(memory.catalogue).record(value, hub.ChildHeld) == said


def test_what_is_none_of_the_directory_s_is_refused_and_quotes_nothing(memory: HubMemory) -> None:
    decoder, good = Decoder(memory.catalogue), memory.received(held("L1", OPEN))
    from dataclasses import replace

    with pytest.raises(NotForTheDirectory):
        decoder.change(replace(good, headers=()))
    with pytest.raises(Unreadable) as fault:
        decoder.change(replace(good, value=good.value[:20]))
    assert "Tamsin" not in str(fault.value)
    with pytest.raises(Unreadable):
        decoder.change(memory.received(held("L1", OPEN).model_copy(update={"child": "no key"})))
    assert decoder.change(replace(good, value=None)) is None


def test_the_file_keeps_no_child_that_was_forgotten(memory: HubMemory, tmp_path: Path) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"), held("L1"))
    memory.table._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Tamsin" not in (tmp_path / "directory" / "0.sqlite").read_bytes()


def test_claims_are_made_of_what_identifies_and_say_nothing_else(memory: HubMemory) -> None:
    from hub_memory import PARTNERSHIP, case

    from mashbus.bus.directory.claims import claims
    from mashbus.contracts.addressing import key_of

    made = list(claims(PARTNERSHIP, case("one"), contact("one", CHILD), KEYS))
    assert [one.kind for one in made] == ["local_id", "nhs_number", "upn", "person", "content"]
    assert {one.event_id for one in (claim.meta for claim in made)} == {
        claim.meta.event_id for claim in claims(PARTNERSHIP, case("one"), contact("one", CHILD), KEYS)
    }
    for claim in made:
        assert len(key_of(claim)) == 64
        assert claim.meta.case_id is None
        CODEC.encode(topics.CONTACTS, claim)
    (person,) = [claim.person for claim in made if claim.person]
    assert (person.given_name, person.nhs_number, person.upn, person.local_id, person.school) == (
        "Tamsin", None, None, None, None,
    )  # fmt: skip


def test_a_file_made_in_haste_is_believed_unless_the_machine_failed_meanwhile(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "0.sqlite"

    def closed_after(*calls: str) -> None:
        table = Table(path, {})
        for call in calls:
            getattr(table, call)()
        table.close()

    closed_after("hasten")
    closed_after()  # its process was killed, and the next goes on
    monkeypatch.setattr("mashbus.bus.directory.table._boot", lambda: "another start")
    with pytest.raises(TableDamaged, match="machine failed"):
        Table(path, {})
    monkeypatch.undo()
    closed_after("hasten", "settle")
    monkeypatch.setattr("mashbus.bus.directory.table._boot", lambda: "another start")
    closed_after()
