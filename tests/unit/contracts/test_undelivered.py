"""An email by which a case was passed on comes back: somebody of the hub is told, at a mailbox that works."""

from dataclasses import replace
from uuid import UUID

import pytest
from core_story import HACKNEY, MONDAY, PROFILES, Story, only, referral

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Meta
from mashbus.contracts.undelivered import undelivered
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Known
from mashbus.domain.referral import Concern
from mashbus.domain.vocabulary import EmailKind
from mashbus.profiles import known, load

LITTLE = Concern(summary="An invented worry, in which no indicator of harm is named.")
CASE = ids.case_of_client("school", "one")
JERSEY = load("jersey", PROFILES)
ALL = tuple(load(name, PROFILES) for name in known(PROFILES))


def bounced(partnership: Partnership, fact: UUID | None = None, team: str | None = None) -> hub.EmailBounced:
    """Of an open case, if `fact` says nothing else."""
    fact = fact or ids.once(CASE, "PassedToHolder/open-to-social-care")
    email = ids.caused(fact, "EmailRequested", f"passed_on/team/{team or partnership.known.team}")
    return hub.EmailBounced(
        meta=Meta(
            event_id=ids.caused(email, "EmailBounced"), partnership=partnership.name, case_id=CASE,
            occurred_at=MONDAY, cause_id=email,
        ),
        kind=EmailKind.PASSED_ON,
        reason="5.1.1",
    )  # fmt: skip


def alarm(partnership: Partnership, bounced_: hub.EmailBounced | None = None) -> hub.AlertRaised:
    raised = undelivered(bounced_ or bounced(partnership), partnership, MONDAY)
    assert raised is not None
    return raised


def test_H_05_the_units_mailbox_that_nobody_reached_is_not_the_one_that_is_alarmed() -> None:
    assert alarm(HACKNEY).teams == ("duty-manager",)
    assert alarm(HACKNEY).requirement == "H-05"


@pytest.mark.parametrize("partnership", ALL, ids=lambda one: one.name)
def test_H_05_every_served_profile_alarms_its_hub_and_not_whom_it_passes_cases_on_to(partnership: Partnership) -> None:
    written_to = {partnership.known.team, *(one.team for one in partnership.contact_types.values())} - {None}
    mailboxes = {partnership.teams[team].email for team in written_to if team}
    (team,) = partnership.alarmed
    assert team == partnership.known.alarms
    assert partnership.teams[team].email not in mailboxes


def test_H_05_a_profile_that_names_nobody_alarms_its_first_team_to_which_nothing_is_passed_on() -> None:
    units_first = dict(sorted(HACKNEY.teams.items()))
    assert next(iter(units_first)) == "csc-units"
    assert replace(HACKNEY, known=Known(), teams=units_first).alarmed == ("duty-manager",)
    assert replace(HACKNEY, known=Known(), teams={"csc-units": units_first["csc-units"]}).alarmed == ("csc-units",)


def test_H_05_where_no_team_has_a_mailbox_it_stands_on_the_case_all_the_same() -> None:
    raised = alarm(replace(HACKNEY, known=Known(), teams={}))
    assert (raised.alert, raised.teams) == ("holder-not-reached", ())


@pytest.mark.parametrize(
    ("contact_type", "requirement"), [("parenting-programme", "J-02"), ("specialist-service", "J-22")]
)
def test_J_02_J_22_a_contact_that_went_straight_to_a_team_which_nobody_reached_alarms_the_senior_practitioner(
    contact_type: str, requirement: str
) -> None:
    """Really directed, really written: the email's own id says by which kind of contact the hub stepped aside."""
    story = Story(profile=JERSEY).hear(referral(partnership="jersey", contact_type=contact_type, concern=LITTLE))
    (directed,) = only(story.triage(), hub.ContactDirected)
    (letter,) = [
        one for one in only(story.copies_of_triage(directed), hub.EmailRequested) if one.kind is EmailKind.PASSED_ON
    ]
    failed = hub.EmailFailed(
        meta=copied(letter, hub.EmailFailed, "", MONDAY), kind=letter.kind, reason="refused", attempts=1
    )
    raised = undelivered(failed, JERSEY, MONDAY)
    assert raised is not None
    assert (raised.alert, raised.requirement, raised.teams) == (
        "holder-not-reached", requirement, ("senior-practitioner",)
    )  # fmt: skip
    mailboxes = [one.to for one in only(story.hear(raised).copies_of_triage(raised), hub.EmailRequested)]
    assert mailboxes == [JERSEY.teams["senior-practitioner"].email] != [letter.to]


def test_H_07_a_question_about_an_open_case_that_reaches_no_unit_is_of_the_question_not_of_the_case() -> None:
    second = ids.once(CASE, "ContactDirected", 2)
    assert alarm(HACKNEY, bounced(HACKNEY, second)).requirement == "H-07"


def test_an_email_by_a_kind_of_contact_that_the_profile_has_no_more_alarms_all_the_same() -> None:
    none = replace(JERSEY, contact_types={})
    raised = alarm(none, bounced(none, ids.once(CASE, "ContactDirected"), "responder"))
    assert raised.teams == ("senior-practitioner",)
