"""Where a record lies: told once a record, the same live, after a crash and after a rebuild, and never of a repeat."""

from pathlib import Path

from core_story import CASE_ONE, referral
from one_partition import Instance, Log, triage_of
from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.bus.service import Service
from mashbus.contracts import hub, topics

Places = tuple[tuple[str, int], ...]
PLACES: Fold[Places] = Fold(
    start=lambda _: (), evolve=lambda places, _record, _at: places, adapter=TypeAdapter(Entry[Places])
)
NOTING: Service[Places] = Service(
    name="noting",
    reads=(topics.REFERRALS, topics.CASES),
    fold=PLACES,
    placed=lambda places, _record, topic, offset: (*places, (topic, offset)),
)


def known(instance: Instance) -> Places:
    return tuple(sorted(instance.book.state(CASE_ONE)))


async def test_a_service_is_told_where_each_record_of_a_case_lies(tmp_path: Path) -> None:
    log = Log()
    log.put(referral(), referral(), referral("two"))
    await Instance(log, tmp_path / "triage", triage_of()).run()
    live = await Instance(log, tmp_path / "live", NOTING).run()
    here = [
        (topics.REFERRALS, 0),  # what came twice counts where it first lay
        *((topics.CASES, one.offset) for one in log.readable(hub.CaseOpened) if one.key == str(CASE_ONE).encode()),
        *((topics.CASES, one.offset) for one in log.readable(hub.CaseRouted) if one.key == str(CASE_ONE).encode()),
    ]
    assert {*here} <= {*known(live)}
    assert len(known(live)) == len({*known(live)})
    rebuilt = await live.rebuilt(tmp_path / "rebuilt").fold()
    assert known(rebuilt) == known(live)
