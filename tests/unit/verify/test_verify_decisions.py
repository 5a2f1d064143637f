"""Planted: a person's word acted on twice, out of turn, or recorded though nobody gave it."""

from verified_log import HOUR, SECOND, T0, consistent, meta, milestone, names, only, uid

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import Actor
from mashbus.verify import judge


def refused(log, name, word, at):
    record = hub.DecisionRefused(
        meta=meta(name, uid("e"), at, uid(word)), refused_id=uid(word), decision="MilestoneGiven",
        actor=Actor(label="manager", role="mash_manager"), reason="r",
    )  # fmt: skip
    log.put(name, topics.CASES, record, at)


def test_a_milestone_that_was_given_and_neither_recorded_nor_refused():
    log = consistent()
    milestone(log, "e.visit", T0 + 70 * HOUR, "visit-made")
    log.drop("e.visit")
    names(only(log, "accounts"), uid("e.visit.given"), "MilestoneGiven")
    refused(log, "e.visit.refused", "e.visit.given", T0 + 70 * HOUR + SECOND)
    assert judge(log.evidence()).ok


def test_a_milestone_that_was_recorded_and_refused():
    log = consistent()
    refused(log, "e.both", "e.held.given", T0 + 71 * HOUR)
    names(only(log, "decisions"), uid("e.held.given"), uid("e.both"), "more than once")


def test_a_milestone_that_nobody_gave():
    log = consistent()
    log.drop("e.held.given")
    names(only(log, "decisions"), uid("e.held"), "without anybody's word")


def test_words_that_were_acted_on_in_another_order():
    log = consistent()
    milestone(log, "e.visit", T0 + 70 * HOUR, "visit-made")
    milestone(log, "e.oversight", T0 + 71 * HOUR, "oversight")
    log.place("e.visit", at=T0 + 72 * HOUR)
    log.in_time()
    names(only(log, "decisions"), uid("e.oversight.given"), uid("e.visit"), "earlier")


def test_a_word_that_was_acted_on_before_it_was_given():
    log = consistent()
    log.place("e.held.given", at=log.get("e.held").at + SECOND)
    log.in_time()
    names(only(log, "decisions"), uid("e.held.given"), uid("e.held"))
