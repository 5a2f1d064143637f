"""From the running parts to a report: gather the evidence once, then ask every check."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue
from mashbus.profiles import known, load
from mashbus.verify.checks import CHECKS
from mashbus.verify.evidence import GROUP, Evidence, Judged
from mashbus.verify.log import Log, read_log
from mashbus.verify.mail import marked, read_mails
from mashbus.verify.places import Reading
from mashbus.verify.receipts import read_receipts
from mashbus.verify.report import Report, ids_of

CLOCK = "clock.json"
SETTLED_WITHIN = timedelta(seconds=5)
LIVE_WITHIN = timedelta(seconds=90)
"""Real time in which what is due must have been said: of a settled bus; of a running one, where a monitor that cannot
see may take 60 s to say so."""


async def verify(
    settings: Settings, *, receipts: Path | None = None, settled: bool = True, at: datetime | None = None,
    within: timedelta | None = None, planted: Sequence[str] = (),
) -> Report:  # fmt: skip
    """Whether the promises held, as of `at` in bus time, or now.

    `planted`: words of what must not be recorded; none of them may stand anywhere in the log.

    Raises LogUnreadable, BadReceipts; ProfileRefused where a partnership's profile is none.
    """
    catalogue, clock = Catalogue.load(settings.schemas), Clock(settings.home / CLOCK)
    allowance = within or (SETTLED_WITHIN if settled else LIVE_WITHIN)
    receipts_read = read_receipts(receipts) if receipts else None
    mails = read_mails(settings.mail_dir)
    log = await read_log(settings.kafka_hosts, Reading(catalogue, settings.home), catalogue, planted)
    evidence = Evidence(
        index=log.index,
        at=clock.at,
        judged=judged(clock, at, allowance, log.read_at_ms),
        profiles={name: load(name, settings.partnerships) for name in known(settings.partnerships)},
        committed=log.committed,
        ends=log.ends,
        mails=marked(mails, read_mails(settings.mail_dir)),
        receipts=receipts_read,
        settled=settled,
    )
    return judge(evidence, _notes(evidence, log))


def judged(clock: Clock, at: datetime | None, allowance: timedelta, now_ms: int) -> Judged:
    """`allowance` is real time; how much bus time it is, the clock says. An instant that was asked for is exact."""
    by_ms = now_ms - allowance // timedelta(milliseconds=1)
    return Judged(now=at or clock.at(now_ms), by=at or clock.at(by_ms), by_ms=by_ms)


def judge(evidence: Evidence, notes: tuple[str, ...] = ()) -> Report:
    """Every check on the same evidence. Pure."""
    return Report(
        verdicts=tuple(check(evidence) for check in CHECKS),
        judged_at=evidence.judged.now,
        settled=evidence.settled,
        records=evidence.index.records.total(),
        ids=ids_of(evidence.index),
        notes=notes,
    )


def _notes(evidence: Evidence, log: Log) -> tuple[str, ...]:
    notes = []
    if not any(group.startswith(GROUP) for group, _, _ in log.committed):
        notes.append("no service of the hub has committed an offset")
    if evidence.mails is None:
        notes.append("there is no mail folder: what was really sent was not looked at")
    if evidence.receipts is None:
        notes.append("no receipts were given: what clients were promised was not looked at")
    return tuple(notes)
