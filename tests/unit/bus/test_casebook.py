"""The casebook: all or nothing, damage found and told from trouble of the machine, never another release's cases."""

import contextlib
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from core_story import CASE_ONE, HOUR, MONDAY, meta, rating, referral
from one_partition import Instance, Log
from pydantic import TypeAdapter

from mashbus.bus.casebook import Casebook, CasebookDamaged, CasebookUnusable, Entry, Fold, Gap, Timer, delete_casebook
from mashbus.bus.received import Received
from mashbus.bus.service import CASES
from mashbus.contracts import topics
from mashbus.contracts.record import Record
from mashbus.domain.vocabulary import Rag

TOPIC = topics.CASES


def evolve(state: list[str], record: Record, at: datetime) -> list[str]:
    return [*state, str(record.meta.event_id)]


def timers(state: list[str]) -> list[Timer]:
    return [
        Timer(MONDAY + len(state) * HOUR, "lapse/x", "label"),
        *([Timer(MONDAY, "odd", "label")] if len(state) % 2 else []),
    ]


FOLD: Fold = Fold(start=lambda _: [], evolve=evolve, adapter=TypeAdapter(Entry[list[str]]), timers=timers)
RECORD = rating(CASE_ONE, Rag.RED)


def book(tmp_path: Path, fold: Fold = FOLD) -> Casebook:
    return Casebook(tmp_path / "3.sqlite", 3, fold)


def take(one: Casebook, offset: int, name: str) -> None:
    record = RECORD.model_copy(update={"meta": meta(CASE_ONE, name)})
    one.put(CASE_ONE, one.after(CASE_ONE, record, MONDAY), record.meta.event_id)
    one.advance(TOPIC, offset)


def waiting(offset: int) -> Received:
    return Received(TOPIC, 3, offset, 0, b"key", b"\x00\xff", (("h", b"\xfe"), ("none", None)))


def seen(one: Casebook) -> dict:
    return {
        "cases": one.state(CASE_ONE),
        "positions": dict(one.positions),
        "timers": one.timers.due("label", MONDAY + 99 * HOUR, 99),
        "held": one.waiting.of(CASE_ONE),
    }


def test_trap_44_a_gap_is_found_and_what_was_handled_is_skipped(tmp_path: Path) -> None:
    one = book(tmp_path)
    assert one.expects(TOPIC, 0)
    one.advance(TOPIC, 0)
    assert not one.expects(TOPIC, 0)
    with pytest.raises(Gap, match="expected offset 1, got 2"):
        one.expects(TOPIC, 2)


def test_design_10_positions_cases_timers_and_waiting_records_are_saved_together(tmp_path: Path) -> None:
    one = book(tmp_path)
    take(one, 0, "a")
    one.waiting.hold(CASE_ONE, waiting(1), positions={})
    one.save()
    known = seen(one)
    one.close()
    again = book(tmp_path)
    assert seen(again) == known
    assert CASE_ONE in again.waiting
    assert [(timer.name, timer.due) for timer in known["timers"]] == [("odd", MONDAY), ("lapse/x", MONDAY + HOUR)]


def test_what_was_not_saved_is_forgotten_whole(tmp_path: Path) -> None:
    one = book(tmp_path)
    take(one, 0, "a")
    one.save()
    known = seen(one)
    take(one, 1, "b")
    one.waiting.hold(CASE_ONE, waiting(2), UUID(int=1), positions={})
    one.close()
    again = book(tmp_path)
    assert seen(again) == known
    assert CASE_ONE not in again.waiting


def test_killed_in_the_middle_of_saving_it_is_all_or_nothing(tmp_path: Path) -> None:
    """A save that is broken off after ever more of its steps."""

    def two_turns(folder: Path, steps: int) -> list[dict]:
        one = book(folder)
        take(one, 0, "a")
        one.save()
        known = [seen(one)]
        take(one, 1, "b")
        one.waiting.hold(CASE_ONE, waiting(2), positions={})
        left = iter(range(steps))
        one._file._db.set_progress_handler(lambda: next(left, None) is None, 5)
        with contextlib.suppress(CasebookDamaged):
            one.save()
            known.append({})
        one._file._db.set_progress_handler(None, 0)
        one.close()
        again = book(folder)
        known.append(seen(again))
        again.close()
        return known

    nothing, _, everything = two_turns(tmp_path / "whole", 10_000)
    assert everything != nothing
    for steps in range(30):
        before, *_, after = two_turns(tmp_path / str(steps), steps)
        assert before == nothing
        assert after in (nothing, everything)


def test_timers_move_and_go_with_their_case(tmp_path: Path) -> None:
    one = book(tmp_path)
    take(one, 0, "a")
    one.save()
    take(one, 1, "b")
    one.save()
    assert [(timer.name, timer.due) for timer in one.timers.due("label", MONDAY + 9 * HOUR, 9)] == [
        ("lapse/x", MONDAY + 2 * HOUR)
    ]
    assert one.timers.due("label", MONDAY + 2 * HOUR - timedelta(microseconds=1), 9) == []
    assert one.timers.next_due(MONDAY) == MONDAY + 2 * HOUR
    assert one.timers.next_due(MONDAY + 2 * HOUR) is None
    assert one.timers.running() == [("label", 1, MONDAY + 2 * HOUR)]


def test_timers_of_one_instant_are_all_due_then(tmp_path: Path) -> None:
    same = replace(FOLD, timers=lambda _: [Timer(MONDAY, "one", "label"), Timer(MONDAY, "two", "label")])
    one = book(tmp_path, same)
    take(one, 0, "a")
    one.save()
    assert {timer.name for timer in one.timers.due("label", MONDAY, 9)} == {"one", "two"}


def test_a_waiting_record_keeps_every_byte_of_itself(tmp_path: Path) -> None:
    one = book(tmp_path)
    one.waiting.hold(CASE_ONE, waiting(7), UUID(int=1), positions={})
    assert one.waiting.of(CASE_ONE)[0].received == waiting(7)
    case, held = one.waiting.find(UUID(int=1))
    assert (case, held.received) == (CASE_ONE, waiting(7))
    assert one.waiting.find(UUID(int=2)) is None


def test_changes_are_told_in_order_and_in_portions(tmp_path: Path) -> None:
    one = book(tmp_path)
    for number in range(5):
        case = UUID(int=number)
        one.put(case, [str(number)], UUID(int=100 + number))
        one.save()
    first = list(one.changed_since(0, 3))
    assert [revision for revision, _ in first] == [1, 2, 3]
    assert [state for _, state in one.changed_since(3, 10)] == [["3"], ["4"]]


# -- damage ----------------------------------------------------------------------------------------------------------


def filled(tmp_path: Path, cases: int = 400) -> Path:
    one = book(tmp_path)
    for number in range(cases):
        one.put(UUID(int=number), ["x" * 200], UUID(int=number))
    one.save()
    one.close()
    return tmp_path / "3.sqlite"


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_a_truncated_file_is_found_when_it_is_opened(tmp_path: Path, share: float) -> None:
    path = filled(tmp_path)
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))
    with pytest.raises(CasebookDamaged) as damage:
        book(tmp_path)
    delete_casebook(damage.value.path)
    assert book(tmp_path).positions == {}


def test_rubbish_is_no_casebook(tmp_path: Path) -> None:
    (tmp_path / "3.sqlite").write_bytes(b"rubbish" * 1000)
    with pytest.raises(CasebookDamaged):
        book(tmp_path)


def test_pages_that_are_spoilt_are_found_when_they_are_read_whatever_is_asked(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    questions = [
        lambda one: [one.entry(UUID(int=number)) for number in range(400)],
        lambda one: one.timers.due("label", MONDAY, 9),
        lambda one: one.timers.next_due(MONDAY),
        lambda one: one.timers.running(),
        lambda one: one.waiting.of(CASE_ONE),
        lambda one: one.waiting.find(UUID(int=1)),
        lambda one: one.waiting.hold(CASE_ONE, waiting(0), positions={}),
        lambda one: list(one.changed_since(0, 100)),
        lambda one: (one.put(CASE_ONE, ["a"], UUID(int=1)), one.save()),
    ]
    for question in questions:
        with pytest.raises(CasebookDamaged):
            question(book(tmp_path))


def test_a_case_that_does_not_read_as_one_is_damage_and_not_the_record_s_fault(tmp_path: Path) -> None:
    path = filled(tmp_path, 1)
    db = sqlite3.connect(path)
    db.execute("UPDATE cases SET entry = '{}'")
    db.commit()
    db.close()
    with pytest.raises(CasebookDamaged):
        book(tmp_path).entry(UUID(int=0))


async def test_damage_met_while_a_record_is_handled_quarantines_nothing(tmp_path: Path) -> None:
    log = Log()
    log.put(referral())
    triage = await Instance(log, tmp_path).run()
    triage.book._file.all("UPDATE cases SET entry = '{}'")
    triage.book.save()
    triage.crash()
    log.put(rating(CASE_ONE, Rag.RED))
    with pytest.raises(CasebookDamaged):
        await triage.step(topics.CASES)
    assert not log.quarantined()


def test_a_new_release_does_not_read_an_old_one_s_cases(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    with pytest.raises(CasebookDamaged):
        book(tmp_path, replace(FOLD, version=2))
    with pytest.raises(CasebookDamaged):
        book(tmp_path, CASES)
    assert book(tmp_path).state(UUID(int=0)) == ["x" * 200]


def test_a_casebook_that_another_process_holds_is_not_damaged_and_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path, 1)
    mine = book(tmp_path)
    with pytest.raises(CasebookUnusable, match="SQLITE_BUSY"):
        book(tmp_path)
    mine.close()
    assert path.exists()
    assert book(tmp_path).state(UUID(int=0)) == ["x" * 200]


def test_a_full_disk_is_not_damage(tmp_path: Path) -> None:
    one = book(tmp_path)
    pages = one._file._db.execute("PRAGMA page_count").fetchone()[0]
    one._file._db.execute(f"PRAGMA max_page_count={pages}")
    for number in range(400):
        one.put(UUID(int=number), ["x" * 200], UUID(int=number))
    with pytest.raises(CasebookUnusable, match="SQLITE_FULL"):
        one.save()
    one.close()
    assert book(tmp_path).positions == {}
