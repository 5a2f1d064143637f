"""Reading 14 end to end: what cannot be computed waits with an alarm, and goes on once the profile knows more days."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from core_story import PROFILES, referral
from one_partition import Instance, Log

from mashbus.bus.service import Service
from mashbus.contracts import hub
from mashbus.domain.vocabulary import EmailKind
from mashbus.profiles import load
from services.triage.app import service


def triage_known_until(until: date) -> Service:
    """Triage for Medway, whose calendar is known until a day only."""
    profile = load("medway", PROFILES)
    time = replace(profile.time, calendar=replace(profile.time.calendar, known_until=until))
    clocks = {name: replace(one, time=time) for name, one in profile.clocks.items()}
    return service({"medway": replace(profile, required=(), time=time, clocks=clocks, calendar_known_until=until)})


async def test_reading_14_a_contact_waits_in_quarantine_and_is_opened_once_the_profile_was_extended(
    tmp_path: Path,
) -> None:
    log = Log()
    log.put(referral(partnership="medway"))
    short = await Instance(log, tmp_path, triage_known_until(date(2026, 6, 12))).run()
    (entry,) = log.quarantined()
    assert entry.reason == "calendar_ends"
    assert log.records(hub.CaseOpened) == []

    short.book.close()
    log.release(entry)
    restarted = Instance(log, tmp_path, triage_known_until(date(2026, 6, 30)))
    await restarted.run()
    (first,) = log.records(hub.CaseOpened)
    assert len(first.deadlines) == 3
    assert [one.kind for one in log.records(hub.EmailRequested)] == [EmailKind.ACKNOWLEDGEMENT]
