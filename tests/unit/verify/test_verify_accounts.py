"""Planted: records that a service passed without a trace, and words put into an organisation's mouth (promise P2)."""

from verified_log import EDUCATION, HEALTH, POLICE, SECOND, T0, consistent, names, only, quarantine, uid

from mashbus.contracts import topics
from mashbus.verify import judge


def test_P2_an_answer_that_the_door_passed_without_a_trace():
    log = consistent()
    log.drop("a.seen.restated")
    names(only(log, "accounts"), uid("a.seen"), topics.responses_of(POLICE))


def test_P2_an_answer_that_the_door_has_not_reached_is_pending_on_a_running_bus():
    log = consistent()
    log.drop("a.seen.restated")
    topic, partition, offset = log.offset("a.seen")
    log.committed["mashbus.intake", topic, partition] = offset
    report = judge(log.evidence(settled=False))
    assert report.ok
    assert str(uid("a.seen")) in "\n".join(map(str, report.verdict("accounts").pending))


def test_P2_offsets_behind_the_log_are_broken_when_it_should_be_settled():
    log = consistent()
    topic, partition, offset = log.offset("a.seen")
    log.committed["mashbus.intake", topic, partition] = offset
    names(only(log, "accounts"), f"{topic}[{partition}]@{offset}", "mashbus.intake")


def test_P2_offsets_beyond_the_log_say_that_it_was_cut_short():
    log = consistent()
    topic, partition, _ = log.offset("a.seen")
    log.committed["mashbus.intake", topic, partition] = 99
    names(only(log, "accounts", settled=False), f"{topic}[{partition}]", "cut short")


def test_P2_unreadable_bytes_that_are_not_in_quarantine():
    log = consistent()
    log.put("junk", topics.responses_of(HEALTH), None, T0, value=b"junk", key=str(uid("a")).encode())
    names(only(log, "accounts"), topics.responses_of(HEALTH), "intake")


def test_P2_unreadable_bytes_in_quarantine_are_accounted_for():
    log = consistent()
    log.put("junk", topics.responses_of(HEALTH), None, T0 + 99 * SECOND, value=b"junk", key=str(uid("a")).encode())
    quarantine(log, "q", "junk", "intake", HEALTH)
    assert judge(log.evidence()).ok


def test_P2_unreadable_bytes_on_the_hubs_own_topic_are_every_readers_business():
    log = consistent()
    log.put("junk", topics.CASES, None, T0 + 99 * SECOND, value=b"junk", key=str(uid("b")).encode())
    quarantine(log, "q", "junk", "triage")
    said = only(log, "accounts")
    names(said, "outcomes", "deadlines")
    assert "passed by triage" not in said


def test_P2_a_submission_that_became_no_referral():
    log = consistent()
    log.drop("d.received", "d.returned")
    names(only(log, "accounts"), uid("d.submitted"))


def test_P2_a_rating_that_nobody_acted_on():
    log = consistent()
    log.again("c.rating", "third", event_id=uid("third"))
    names(only(log, "accounts"), uid("third"), uid("c"))


def test_P2_a_word_of_enough_that_was_neither_acted_on_nor_refused():
    log = consistent()
    log.drop("c.refused")
    names(only(log, "accounts"), uid("c.enough2"))


def test_P2_an_outcome_behind_a_quarantined_record_is_pending():
    log = consistent()
    log.again("a.outcome-given", "second", event_id=uid("second"))
    quarantine(log, "q", "a.opened", "outcomes")
    report = judge(log.evidence())
    assert report.ok
    assert str(uid("second")) in str(report.verdict("accounts").pending[0])


def test_P2_a_released_record_is_waited_for_no_longer():
    from verified_log import meta

    from mashbus.contracts import hub

    log = consistent()
    log.again("a.outcome-given", "second", event_id=uid("second"))
    quarantine(log, "q", "a.opened", "outcomes")
    entry = log.record("q")
    assert isinstance(entry, hub.RecordQuarantined)
    released = hub.QuarantineReleased(
        meta=meta("released", uid("a"), T0, uid("q")), service="outcomes", actor="o", reason="r", attempts=1,
        original=entry.original,
    )  # fmt: skip
    log.put("released", topics.QUARANTINE, released, T0 + 99 * SECOND)
    names(only(log, "accounts"), uid("second"))


def test_an_answer_that_its_organisation_never_gave():
    log = consistent()
    log.again("a.seen.restated", "invented", event_id=uid("invented"), cause_id=uid("nothing"))
    names(only(log, "accounts"), uid("invented"), POLICE)


def test_an_answer_restated_as_another_organisations():
    log = consistent()
    log.edit("a.flag.restated", organisation=EDUCATION)
    names(only(log, "accounts"), uid("a.flag"), uid("a.flag.restated"))


def test_an_arrival_that_is_not_the_brokers():
    log = consistent()
    log.edit("a.flag.restated", arrived_at=T0)
    names(only(log, "accounts"), uid("a.flag"), uid("a.flag.restated"), "arrival")


def test_an_answer_restated_under_two_ids():
    log = consistent()
    log.again("a.flag.restated", "twice", event_id=uid("twice"))
    names(only(log, "accounts"), uid("a.flag.restated"), uid("twice"))


def test_P2_the_same_key_with_other_content_is_never_dropped():
    log = consistent()
    log.again("a.received", "other", content_hash="other")
    names(only(log, "accounts"), uid("a.received"), "other content")


def test_P2_the_same_key_with_other_content_in_quarantine_is_accounted_for():
    log = consistent()
    log.again("a.received", "other", content_hash="other")
    quarantine(log, "q", "other", "triage")
    report = judge(log.evidence())
    assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
