"""An email by which a case was passed on comes back: somebody of the hub is told, at a mailbox that works."""

from dataclasses import replace

import pytest
from core_story import HACKNEY, MONDAY, PROFILES

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.undelivered import undelivered
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Known
from mashbus.domain.vocabulary import EmailKind
from mashbus.profiles import known, load

CASE = ids.case_of_client("school", "one")
ALL = tuple(load(name, PROFILES) for name in known(PROFILES))


def bounced(partnership: Partnership) -> hub.EmailBounced:
    fact = ids.once(CASE, "PassedToHolder/open-to-social-care")
    email = ids.caused(fact, "EmailRequested", f"passed_on/team/{partnership.known.team}")
    return hub.EmailBounced(
        meta=Meta(
            event_id=ids.caused(email, "EmailBounced"), partnership=partnership.name, case_id=CASE,
            occurred_at=MONDAY, cause_id=email,
        ),
        kind=EmailKind.PASSED_ON,
        reason="5.1.1",
    )  # fmt: skip


def alarm(partnership: Partnership) -> hub.AlertRaised:
    raised = undelivered(bounced(partnership), partnership, MONDAY)
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
