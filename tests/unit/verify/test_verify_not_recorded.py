"""Planted: what the police found to be of no concern is in the log, or a batch's account does not add up (G-11, P8)."""

import pytest
from verified_log import CATALOGUE, T0, Log, meta, names, only, quarantine, uid
from verified_memory import notification, remembering

from mashbus.contracts import hub, topics
from mashbus.domain.referral import Child, Concern
from mashbus.synthetic.police_batch import NOT_KEPT
from mashbus.verify.checks.not_recorded import left_out
from mashbus.verify.indexing import Indexer
from mashbus.verify.places import Reading


def sought(log: Log, *planted: str):
    """What the check says of a log that was searched for these words."""
    reading, evidence = Reading(CATALOGUE, log.home), log.evidence()
    object.__setattr__(evidence, "index", Indexer(planted).add_all(map(reading.logged, log.received())))
    return left_out(evidence)


def test_G_11_nothing_planted_is_found_in_a_log_that_kept_nothing():
    verdict = sought(remembering(), NOT_KEPT)
    assert verdict.ok
    assert verdict.looked["records searched"] == len(remembering().entries)


@pytest.mark.parametrize(
    "changes",
    [
        {"children": (Child(family_name=f"Synthetic-{NOT_KEPT}"),)},
        {"concern": Concern(summary=f"Attended; {NOT_KEPT.upper()}.")},
    ],
)
def test_G_11_a_notification_of_no_concern_in_the_log(changes):
    log = remembering()
    log.put("x", topics.POLICE_NOTIFICATIONS, notification("x", "x", T0, **changes), T0)
    topic, partition, offset = log.offset("x")
    names(str(sought(log, NOT_KEPT).broken[0]), "must not be recorded", f"{topic}[{partition}]@{offset}")


def test_G_11_one_that_lies_in_quarantine():
    log = remembering()
    quarantine(log, "q", "i.further", "triage")
    record = log.record("q")
    log.edit("q", original=record.original.model_copy(update={"value": f"..{NOT_KEPT}..".encode()}))
    names(str(sought(log, NOT_KEPT).broken[0]), "mash.quarantine")


@pytest.mark.parametrize(
    "changes",
    [{"headers": (("note", NOT_KEPT.encode()),)}, {"headers": ((NOT_KEPT, b"x"),)}, {"key": NOT_KEPT.encode()}],
)
def test_G_11_one_in_a_header_or_a_key(changes):
    log = remembering()
    log.place("batch.account", **changes)
    names(str(sought(log, NOT_KEPT).broken[0]), "must not be recorded")


def test_G_11_one_in_bytes_that_nobody_can_read():
    log = remembering()
    log.put("bytes", topics.HUB, None, T0, value=f"\x00{NOT_KEPT}".encode(), key=b"k")
    names(str(sought(log, NOT_KEPT).broken[0]), "must not be recorded")


def test_without_words_nothing_is_searched():
    log = remembering()
    log.put("x", topics.POLICE_NOTIFICATIONS, notification("x", "x", T0, Child(family_name=NOT_KEPT)), T0)
    verdict = sought(log)
    assert verdict.ok
    assert verdict.looked["records searched"] == 0


def account(**changes: int):
    numbers = {"received": 4, "accepted": 2, "incidents": 1, "not_recorded": 1, "refused": 1, **changes}
    return hub.PoliceBatchReconciled(meta=meta("other", None, T0), batch_id=uid("other"), force="f", **numbers)


@pytest.mark.parametrize("changes", [{"received": 5}, {"not_recorded": 0}, {"refused": -1, "not_recorded": 3}])
def test_P1_a_batch_whose_account_does_not_add_up(changes):
    log = remembering()
    log.put("other", topics.POLICE_NOTIFICATIONS, account(**{"incidents": 0, **changes}), T0)
    names(only(log, "not_recorded"), uid("other"), "does not add up")


def test_a_batch_with_more_incidents_than_rows():
    log = remembering()
    log.edit("batch.account", accepted=0, not_recorded=3)
    log.receipts = [one for one in log.receipts if "notifications" not in one.path]
    names(only(log, "not_recorded"), uid("batch"), "more incidents than rows")
