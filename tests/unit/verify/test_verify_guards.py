"""Planted: decisions that the procedure forbids: by a wrong role, against a guard, or by a rule (G-07, M-10, C-04)."""

from verified_log import HACKNEY, HOUR, MANAGER, SECOND, T0, consistent, meta, names, only, uid

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import Actor
from mashbus.domain.procedure import ContactType, Guard
from mashbus.domain.referral import Concern, Consent
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import ConsentStatus, Handling, Rag
from mashbus.verify import judge


def guard(of, *conditions):
    return Guard(
        name="no-consent", requirement="C-04", of=of, reason="r",
        conditions=tuple(Condition(fact=fact, test=test, value=value) for fact, test, value in conditions),
    )  # fmt: skip


WITHOUT_CONSENT = guard("routing", ("consent", "is_not", "given"), ("opening", "is", "referral"))


def consented(log, name, at, status, case="e"):
    record = hub.ConsentRecorded(
        meta=meta(name, uid(case), at), actor=MANAGER, consent=Consent(status=status), views=(), rationale="r"
    )
    log.put(name, topics.CASES, record, at)
    log.in_time()


def test_G_07_a_role_that_may_not_rate():
    log = consistent()
    log.edit("e.routed", decided_by=Actor(label="m", role="early_help_manager"))
    names(only(log, "guards"), uid("e.routed"), "early_help_manager")


def test_G_07_a_role_that_may_not_decide():
    log = consistent()
    log.edit("a.decided", decided_by=Actor(label="m", role="early_help_manager"))
    names(only(log, "guards"), uid("a.decided"), "early_help_manager")


def test_C_04_a_routing_by_a_person_against_a_guard():
    log = consistent().under(guards=(WITHOUT_CONSENT,))
    log.edit("a.received", consent=Consent(status=ConsentStatus.GIVEN))
    log.edit("e.received", consent=Consent(status=ConsentStatus.REFUSED))
    names(only(log, "guards"), uid("e.routed"), "no-consent (C-04)")


def test_C_04_consent_that_was_recorded_before_the_rating_was_given():
    log = consistent().under(guards=(WITHOUT_CONSENT,))
    log.edit("a.received", consent=Consent(status=ConsentStatus.GIVEN))
    consented(log, "e.consent", log.get("e.rating").at - HOUR, ConsentStatus.GIVEN)
    assert judge(log.evidence()).ok


def test_C_04_what_came_between_the_rating_and_its_routing_may_have_been_seen_or_not():
    log = consistent().under(guards=(WITHOUT_CONSENT,))
    log.edit("a.received", consent=Consent(status=ConsentStatus.GIVEN))
    consented(log, "e.consent", log.get("e.rating").at + SECOND, ConsentStatus.GIVEN)
    assert judge(log.evidence()).ok
    log.place("e.consent", at=log.get("e.routed").at + SECOND)
    log.in_time()
    names(only(log, "guards"), uid("e.routed"))


def test_C_04_a_re_rating_against_a_guard():
    log = consistent().under(guards=(guard("routing", ("rag", "is", "red"), ("role", "is", "mash_manager")),))
    names(only(log, "guards"), uid("c.rerated"))


def test_G_09_an_outcome_against_a_guard():
    refused = guard("outcome", ("consent", "is", "refused"), ("outcomes", "none_of", frozenset({"strategy"})))
    log = consistent().under(guards=(refused,))
    assert judge(log.evidence()).ok
    consented(log, "a.consent", T0 + HOUR, ConsentStatus.REFUSED, case="a")
    names(only(log, "guards"), uid("a.decided"), "no-consent")


def test_G_08_whether_organisations_would_be_asked_counts():
    log = consistent().under(guards=(guard("routing", ("asks", "is", True), ("role", "is", "mash_manager")),))
    names(only(log, "guards"), uid("c.routed"), uid("c.rerated"), uid("e.routed"))
    log.under(asks_nobody=frozenset(Rag))
    assert "guards" not in judge(log.evidence()).broken


def test_a_rule_does_not_route_where_a_guard_holds():
    log = consistent().under(guards=(guard("routing", ("factors", "any", frozenset({"11A"}))),))
    names(only(log, "guards"), uid("a.routed"), "keeps it back")


def test_P8_immediate_harm_is_routed_all_the_same():
    log = consistent().under(guards=(guard("routing", ("factors", "any", frozenset({"11A"}))),))
    log.edit("a.received", concern=Concern(summary="Synthetic worry.", factors=("11A",), immediate_harm=True))
    assert judge(log.evidence()).ok


def test_J_08_the_bus_routes_nothing_where_a_person_routes():
    log = consistent().under(routes="manager")
    names(only(log, "guards"), uid("a.routed"), "without a person")


def test_a_routing_that_no_rule_recommends():
    log = consistent().under(rules=())
    names(only(log, "guards"), uid("a.routed"), "otherwise than")


def test_a_routing_by_another_rule_than_the_first_that_holds():
    log = consistent().under(rules=(*HACKNEY.rules, *HACKNEY.rules))
    assert judge(log.evidence()).ok
    log.edit("a.routed", rule="another")
    names(only(log, "guards"), uid("a.routed"), "otherwise than")


def test_J_11_a_kind_of_contact_is_rated_as_its_type_says():
    kind = ContactType(
        name="prison", title="t", handling=Handling.TRIAGE, requirement="J-11", reason="r", rag=Rag.RED,
        pathways=("mash-checks",),
    )  # fmt: skip
    log = consistent().under(contact_types={"prison": kind})
    log.edit("a.received", contact_type="prison")
    names(only(log, "guards"), uid("a.routed"), "otherwise than")
    log.edit("a.routed", rule="prison")
    assert judge(log.evidence()).ok


def test_what_a_version_decided_that_is_not_kept_is_not_judged():
    log = consistent().under(guards=(WITHOUT_CONSENT,), version="99+ffffffff")
    guards = judge(log.evidence()).verdict("guards")
    assert guards.ok
    assert guards.looked["by a profile that is not kept"] == 6


def test_what_an_earlier_version_allowed_is_no_fault():
    log = consistent().under(guards=(WITHOUT_CONSENT,), version="99+ffffffff", past={HACKNEY.version: HACKNEY})
    assert judge(log.evidence()).ok
    log.under(past={HACKNEY.version: log.profile})
    assert "guards" in judge(log.evidence()).broken
