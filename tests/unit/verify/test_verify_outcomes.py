"""Planted: outcomes that are none of the case's, reasons that are missing, letters to the wrong people (H-10, J-14 ff.)."""

from dataclasses import replace

import pytest
from verified_log import (
    EDUCATION,
    HACKNEY,
    HEALTH,
    HOUR,
    MANAGER,
    POLICE,
    SECOND,
    T0,
    consistent,
    meta,
    names,
    only,
    red,
    uid,
)

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import Actor, Withheld
from mashbus.domain.referral import Referrer
from mashbus.domain.vocabulary import EmailKind, ReferrerKind
from mashbus.verify import judge

PRACTITIONERS = frozenset({ReferrerKind.PRACTITIONER})
FURTHER = Referrer(kind=ReferrerKind.PRACTITIONER, name="Fred Further", email="fred@example.invalid")
OUTCOME = replace(HACKNEY.outcomes["no-further-action"])


def letter(log, name, to, *, kind=EmailKind.OUTCOME, recipient="referrer", cause="a.decided"):
    at = T0 + 7 * HOUR
    asked = hub.EmailRequested(
        meta=meta(name, uid("a"), at, uid(cause)), kind=kind, recipient_kind=recipient, to=to, subject="s", body="b"
    )
    log.put(name, topics.EMAILS, asked, at)
    end = hub.EmailFailed(meta=meta(f"{name}.end", uid("a"), at, uid(name)), kind=kind, reason="smtp", attempts=1)
    log.put(f"{name}.end", topics.EMAILS, end, at)


def further(log, at=T0 + HOUR, referrer=FURTHER):
    record = hub.ReferrerAdded(meta=meta("a.further", uid("a"), at), actor=MANAGER, referrer=referrer)
    log.put("a.further", topics.CASES, record, at)
    log.in_time()
    return log


# -- the decision ----------------------------------------------------------------------------------------------------


def test_J_14_an_outcome_that_the_profile_does_not_have():
    log = consistent()
    log.edit("a.decided", outcomes=("something-else",))
    names(only(log, "outcomes"), uid("a.decided"), "something-else")


def test_J_16_an_outcome_of_another_pathway():
    log = consistent().under(outcomes={OUTCOME.name: replace(OUTCOME, belongs_to=("camhs",))})
    names(only(log, "outcomes"), uid("a.decided"), uid("c.decided"))
    log.under(outcomes={OUTCOME.name: replace(OUTCOME, belongs_to=("camhs", "mash-checks"))})
    assert judge(log.evidence()).ok


def test_H_10_not_telling_the_referrer_has_a_reason():
    log = consistent()
    log.edit("c.decided", tell_referrer=False)
    names(only(log, "outcomes"), uid("c.decided"), "H-10")
    log.edit("c.decided", not_told_reason="It would put the child at risk.")
    assert judge(log.evidence()).ok


def test_H_10_withheld_from_somebody_whom_the_case_does_not_have():
    log = consistent()
    log.edit("a.decided", withheld=(Withheld(referrer_id=uid("nobody"), reason="r"),))
    names(only(log, "outcomes"), uid("a.decided"), uid("nobody"))


def test_H_10_withholding_from_a_further_referrer_has_a_reason():
    log = further(consistent())
    log.edit("a.decided", withheld=(Withheld(referrer_id=uid("a.further"), reason=" "),))
    names(only(log, "outcomes"), uid("a.further"), "without a reason")


def closing(log, **fields):
    """Case c, routed by a person to where it closes."""
    ways = {**HACKNEY.pathways, "mash-checks": replace(HACKNEY.pathways["mash-checks"], closes_with=OUTCOME.name)}
    log.under(pathways=ways)
    log.drop("c.outcome-given")
    log.edit("c.decided", cause_id=None, decided_at=log.record("c.routed").meta.occurred_at, **fields)
    return log


def test_M_09_a_pathway_that_closes_is_the_decision():
    assert judge(closing(consistent()).evidence()).ok


def test_M_09_it_closes_with_its_own_outcome():
    names(only(closing(consistent(), outcomes=("advice",)), "outcomes"), uid("c.decided"), "do not close it so")


def test_M_09_a_pathway_that_leaves_something_to_decide_does_not_close():
    log = closing(consistent()).under(pathways=HACKNEY.pathways)
    names(only(log, "outcomes"), uid("c.decided"), "do not close it so")


def test_M_09_it_is_closed_by_whoever_routed_it():
    log = closing(consistent(), decided_by=Actor(label="somebody", role="mash_manager"))
    names(only(log, "outcomes"), uid("c.decided"), "somebody else")


def test_M_09_it_is_closed_when_it_was_routed():
    log = closing(consistent())
    log.edit("c.decided", decided_at=T0 + 3 * HOUR)
    names(only(log, "collations"), uid("c.decided"), "another instant")


# -- who is told -----------------------------------------------------------------------------------------------------


def test_J_17_a_further_referrer_who_is_not_written_to():
    log = further(consistent())
    names(only(log, "letters"), uid("a.decided"), "outcome")
    letter(log, "second", FURTHER.email, recipient="further_referrer")
    assert judge(log.evidence()).ok


def test_H_10_a_further_referrer_from_whom_it_was_withheld():
    log = further(consistent())
    log.edit("a.decided", withheld=(Withheld(referrer_id=uid("a.further"), reason="r"),))
    assert judge(log.evidence()).ok
    letter(log, "second", FURTHER.email, recipient="further_referrer")
    names(only(log, "letters"), uid("second"), "not told")


def test_a_referrer_who_was_added_after_the_decision_is_not_owed_a_letter():
    assert judge(further(consistent(), at=T0 + 8 * HOUR).evidence()).ok


def test_two_referrers_may_share_an_address():
    log = further(consistent(), referrer=replace(FURTHER, email="wilma@example.invalid"))
    letter(log, "second", "wilma@example.invalid", recipient="further_referrer")
    assert judge(log.evidence()).ok
    letter(log, "third", "wilma@example.invalid", recipient="further_referrer")
    names(only(log, "emails"), uid("second"), uid("third"))


def test_H_10_the_referrer_was_written_to_all_the_same():
    log = consistent()
    log.edit("a.decided", tell_referrer=False, not_told_reason="r")
    names(only(log, "letters"), uid("a.email.outcome"), "not told")


def test_J_18_a_pathway_that_does_not_tell_the_public():
    ways = {**HACKNEY.pathways, "mash-checks": replace(HACKNEY.pathways["mash-checks"], tells=PRACTITIONERS)}
    log = consistent().under(pathways=ways)
    assert judge(log.evidence()).ok
    referrer = log.record("a.received").referrer
    log.edit("a.received", referrer=replace(referrer, kind=ReferrerKind.UNKNOWN))
    names(only(log, "letters"), uid("a.email.outcome"), "not told")


@pytest.mark.parametrize("kind", [ReferrerKind.PUBLIC, ReferrerKind.UNKNOWN])
def test_J_18_a_message_that_is_not_for_the_public(kind):
    messages = dict(HACKNEY.messages)
    messages[EmailKind.ACKNOWLEDGEMENT] = replace(messages[EmailKind.ACKNOWLEDGEMENT], to=PRACTITIONERS)
    log = consistent().under(messages=messages)
    assert judge(log.evidence()).ok
    log.edit("a.received", referrer=replace(log.record("a.received").referrer, kind=kind))
    names(only(log, "letters"), uid("a.email.acknowledgement"), "kind of referrer")


def test_an_outcome_that_was_told_before_there_was_one():
    log = consistent()
    letter(log, "early", "wilma@example.invalid", cause="a.opened")
    names(red(log)["letters"], uid("early"), "before there is one")


def with_mailboxes():
    boxes = tuple(replace(one, email=f"{one.id}@example.invalid") for one in HACKNEY.organisations)
    message = {EmailKind.OUTCOME_TO_AGENCY: HACKNEY.messages[EmailKind.OUTCOME]}
    return consistent().under(organisations=boxes, messages={**HACKNEY.messages, **message})


def to_agency(log, organisation, case="a"):
    name = f"{case}.to.{organisation}"
    letter(log, name, f"{organisation}@example.invalid", kind=EmailKind.OUTCOME_TO_AGENCY, recipient="organisation")


def test_J_17_every_agency_that_answered_is_written_to():
    log = with_mailboxes()
    said = only(log, "letters")
    names(said, uid("a.decided"), uid("c.decided"), "outcome_to_agency")
    to_agency(log, POLICE)
    names(only(log, "letters"), uid("a.decided"))
    to_agency(log, HEALTH)
    assert str(uid("a.decided")) not in only(log, "letters")


def test_J_17_an_agency_that_did_not_answer_is_not_written_to():
    log = with_mailboxes()
    to_agency(log, EDUCATION)
    names(only(log, "letters"), uid(f"a.to.{EDUCATION}"), "not told")


def test_a_letter_to_a_referrer_whom_the_case_does_not_have():
    log = consistent()
    letter(log, "astray", "stranger@example.invalid", kind=EmailKind.ACKNOWLEDGEMENT, cause="a.opened")
    names(only(log, "letters"), uid("astray"))


def test_H_07_a_contact_that_was_directed_may_have_an_outcome_without_an_enquiry():
    from mashbus.domain.vocabulary import Handling

    log = consistent()
    at = T0 + 60 * HOUR
    received = log.record("b.received")
    log.drop("b.returned", "b.email.returned", "b.email.returned.sent")
    log.mails = [one for one in log.mails if not one.file.startswith("b.")]
    log.edit("b.received", referrer=replace(received.referrer, name="Bea"), contact_type="t")
    opened = log.record("e.opened").model_copy(
        update={"meta": meta("b.opened", uid("b"), T0 + 12 * SECOND), "deadlines": ()}
    )
    log.put("b.opened", topics.CASES, opened, T0 + 12 * SECOND)
    directed = hub.ContactDirected(
        meta=meta("b.directed", uid("b"), T0 + 13 * SECOND), contact_type="t", handling=Handling.ANSWERED, team=None,
        reason="r", requirement="H-07",
    )  # fmt: skip
    log.put("b.directed", topics.CASES, directed, T0 + 13 * SECOND)
    given = log.record("a.outcome-given").model_copy(update={"meta": meta("b.given", uid("b"), at)})
    log.put("b.given", topics.CASES, given, at)
    decided = log.record("a.decided").model_copy(
        update={"meta": meta("b.decided", uid("b"), at, uid("b.given")), "answered": (), "decided_at": at}
    )
    log.put("b.decided", topics.CASES, decided, at)
    assert "collations" not in red(log)
    log.drop("b.directed")
    names(red(log)["collations"], uid("b.decided"), "directed")
