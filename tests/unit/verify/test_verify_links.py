"""Planted: cases linked without anything that shows it, told to nobody, or asked about although another stands for them."""

from datetime import timedelta

import pytest
from verified_log import HOUR, MANAGER, SECOND, T0, asked, names, only, red, uid
from verified_memory import claim, link, lookup, meta, opened, remembering

from mashbus.contracts import hub, topics
from mashbus.domain.known import LinkKind
from mashbus.domain.vocabulary import Rag
from mashbus.verify import judge


def routed(log, case, after):
    when = after + SECOND
    requests = tuple(asked(case, one, when, Rag.RED, 400 * HOUR) for one in ("met-police",))
    fact = hub.CaseRouted(
        meta=meta(f"{case}.routed", uid(case), when), rag=Rag.RED, pathways=("mash-checks",), reasons=("r",),
        rule="sexual-abuse-or-exploitation", decided_by=None, requests=requests, not_asked=(), deadlines=(),
    )  # fmt: skip
    log.put(f"{case}.routed", topics.CASES, fact, when)


def test_a_duplicate_that_is_asked_about():
    log = remembering()
    routed(log, "g", log.get("g.linked").at)
    names(red(log)["links"], uid("g.routed"), "where an earlier case stands for it", "met-police")


def test_a_duplicate_that_a_person_rates_all_the_same_was_linked_by_mistake():
    log = remembering()
    since = log.get("g.linked").at + HOUR
    word = hub.RatingGiven(
        meta=meta("g.rating", uid("g"), since), actor=MANAGER, rag=Rag.RED, pathways=("mash-checks",), rationale="r"
    )
    log.put("g.rating", topics.CASES, word, since)
    routed(log, "g", since + SECOND)
    log.edit("g.routed", decided_by=MANAGER, rule=None, cause_id=uid("g.rating"))
    assert "links" not in red(log)


def test_one_incident_in_two_cases_is_asked_about_once():
    log = remembering()
    link(log, "h", "i", LinkKind.SAME_INCIDENT, log.get("h.looked.2").at + HOUR, decided_by=MANAGER)
    log.edit("h.linked", event_id=uid("h.linked.2"))
    assert "links" not in red(log) or "where an earlier" not in red(log)["links"]
    routed(log, "h", log.get("h.looked.2").at + 2 * HOUR)
    names(red(log)["links"], uid("h.routed"), "where an earlier case stands for it")


def test_linked_as_a_duplicate_after_its_requests_were_out():
    log = remembering()
    routed(log, "g", log.get("g.opened").at)
    log.in_time()
    names(red(log)["links"], uid("g.linked"), "after its requests were out")


def test_a_duplicate_with_another_content():
    log = remembering()
    log.edit("g.received", content_hash="other")
    names(only(log, "links"), uid("g.linked"), "another content")


def test_a_duplicate_without_a_claim_on_the_same_content():
    log = remembering()
    log.drop("g.content")
    claim(log, "g", "content", log.get("g.received").at)
    names(only(log, "links"), uid("g.linked"), "nothing in mash.contacts shows the earlier case")


def test_a_duplicate_whose_other_case_is_the_later_one():
    log = remembering()
    entry = log.get("e.content")
    log.drop("e.content")
    log.put("e.content", topics.CONTACTS, entry.record, log.get("g.content").at + SECOND)
    names(only(log, "links"), uid("g.linked"), "nothing in mash.contacts")


def test_a_duplicate_from_before_the_window():
    log = remembering()
    log.edit("e.content", received_at=T0 - timedelta(hours=48))
    names(only(log, "links"), uid("g.linked"), "further back than the window")
    log.edit("e.content", received_at=T0 - timedelta(hours=47))
    assert judge(log.evidence()).ok


def test_a_re_referral_without_an_identifier_that_both_share():
    log = remembering()
    log.drop("a.upn")
    names(only(log, "links"), uid("h.linked"), "nothing in mash.contacts")


def test_a_re_referral_from_before_the_window():
    log = remembering()
    log.edit("a.upn", received_at=T0 - timedelta(days=367))
    names(only(log, "links"), uid("h.linked"), "further back than the window")


def test_a_link_by_a_match_alone_rests_on_a_persons_word():
    log = remembering()
    log.drop("a.upn")
    log.edit("h.linked", matched_on=("match",))
    assert judge(log.evidence()).ok


def test_claims_that_retention_has_taken_are_no_fault():
    log = remembering()
    log.drop("a.upn")
    evidence = log.evidence()  # where the first records of a partition are gone, it begins beyond 0
    places = [one for one in evidence.index.begins if one[0] == topics.CONTACTS]
    evidence.index.begins |= dict.fromkeys(places, (7, 0))
    assert judge(evidence).verdict("links").ok
    assert judge(evidence).verdict("links").looked["past retention"] == 1


def test_the_earlier_case_was_not_told():
    log = remembering()
    log.drop("g.noted")
    names(only(log, "links"), uid("g.linked"), "the earlier case was not told")


@pytest.mark.parametrize("changes", [{"cause_id": uid("x")}, {"later": uid("h")}, {"kind": LinkKind.RE_REFERRAL}])
def test_a_later_case_was_noted_that_is_not_linked(changes):
    log = remembering()
    log.edit("g.noted", **changes)
    names(only(log, "links"), uid("g.noted"), "that is not linked")


def test_a_link_noted_twice():
    log = remembering()
    log.again("g.noted", "g.noted again", event_id=uid("other"))
    names(only(log, "links"), uid("g.linked"), "under several ids")


def test_two_cases_that_stand_for_each_other():
    log = remembering()
    opened(log, "x", log.get("i.alert").at)
    lookup(log, "x", log.get("x.opened").at + SECOND)
    link(log, "x", "i", LinkKind.DUPLICATE, log.get("x.looked").at + HOUR, decided_by=MANAGER)
    assert "links" not in red(log)
    link(log, "i", "x", LinkKind.SAME_INCIDENT, log.get("x.looked").at + HOUR, decided_by=MANAGER)
    names(red(log)["links"], uid("x"), uid("i"), "stand for one another")


@pytest.mark.parametrize("to", ["h", "nobody"])
def test_linked_to_itself_or_to_no_case(to):
    log = remembering()
    log.edit("h.linked", to=uid(to))
    log.edit("h.noted", case_id=uid(to))
    names(red(log)["links"], uid("h.linked"), "to itself, or to no case")


def test_a_word_to_link_that_nobody_acted_on():
    log = remembering()
    word = hub.LinkGiven(
        meta=meta("word", uid("i"), log.get("i.alert").at), actor=MANAGER, to=uid("a"), kind=LinkKind.DUPLICATE,
        rationale="r",
    )  # fmt: skip
    log.put("word", topics.CASES, word, log.get("i.alert").at)
    names(only(log, "accounts"), uid("word"), "LinkGiven was neither acted on nor refused")
    refusal = hub.DecisionRefused(
        meta=meta("refused", uid("i"), log.get("i.alert").at + SECOND, uid("word")), refused_id=uid("word"),
        decision="LinkGiven", actor=MANAGER, reason="r",
    )  # fmt: skip
    log.put("refused", topics.CASES, refusal, log.get("i.alert").at + SECOND)
    assert judge(log.evidence()).ok


def test_a_clock_that_a_link_meets_and_one_that_it_withdraws():
    log = remembering()
    log.edit("g.linked", withdrawn_deadlines=())
    names(only(log, "breaches"), "a lapse at")
    log = remembering()
    log.edit("g.linked", kind=LinkKind.RE_REFERRAL)
    log.edit("g.noted", kind=LinkKind.RE_REFERRAL)
    names(red(log)["breaches"], "a lapse at")  # a re-referral is triaged like any other


def test_decided_although_it_was_never_routed_as_another_case_stands_for_it():
    log = remembering()
    given = hub.OutcomeGiven(
        meta=meta("o", uid("g"), T0 + HOUR), actor=MANAGER, outcomes=("no-further-action",), rationale="r",
        tell_referrer=True, not_told_reason=None,
    )  # fmt: skip
    fact = hub.OutcomeDecided(
        meta=meta("d", uid("g"), T0 + HOUR + SECOND, uid("o")), outcomes=given.outcomes, rationale="r",
        decided_by=MANAGER, decided_at=T0 + HOUR, tell_referrer=True, not_told_reason=None, answered=(), withdrawn=(),
    )  # fmt: skip
    log.put("o", topics.CASES, given, T0 + HOUR)
    log.put("d", topics.CASES, fact, T0 + HOUR + SECOND)
    assert "collations" not in red(log)
    log.drop("g.linked", "g.noted")
    names(red(log)["collations"], "decided before it was routed, directed, passed on or linked")
