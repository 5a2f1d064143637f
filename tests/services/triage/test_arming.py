"""Which clocks run for a case of each partnership, from which instant, and what a new colour makes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from core_story import (
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    PROFILES,
    Story,
    case_of,
    meta,
    notification,
    only,
    opened,
    outcome,
    rating,
    referral,
)  # fmt: skip

from mashbus.contracts import agency, hub
from mashbus.domain.clocks import Amount, Clock, Kind, NoAmount
from mashbus.domain.deadline import Deadline
from mashbus.domain.known import LinkKind
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Referrer
from mashbus.domain.vocabulary import Rag, ReferrerKind
from mashbus.domain.watch import DeadlineState
from mashbus.profiles import find
from services.triage import decide as triage_decide
from services.triage.ending import ended_with

CASE = case_of("one")
SUMMER = timedelta(hours=-1)
"""Local wall time to UTC in June."""


def local(day: int, clock: str) -> datetime:
    """A day of June 2026, as the hub's clock on the wall shows it."""
    hours, minutes = map(int, clock.split(":"))
    return datetime(2026, 6, day, hours, minutes, tzinfo=UTC) + SUMMER


def joined(name: str) -> Partnership:
    """A shipped profile with every organisation on the bus and everybody's sign-off, nothing required, and nobody
    alerted or held back: its clocks are what is looked at."""
    profile = find(name, PROFILES)
    return replace(
        profile,
        required=(),
        insists=(),
        rules=(),
        guards=(),
        alerts=(),
        indicators=(),
        asks_nobody=frozenset(),
        levels={},
        outcomes={name: replace(one, belongs_to=()) for name, one in profile.outcomes.items()},
        organisations=tuple(replace(one, connected=True) for one in profile.organisations),
        decides={what: frozenset({MANAGER.role}) for what in ("rating", "outcome", "enough", "suspension")},
    )


def contact(name: str, **changes: object) -> object:
    return referral(partnership=name, **changes)


def rated(name: str, rag: Rag, pathway: str, at: datetime = MONDAY + HOUR, profile: Partnership | None = None) -> Story:
    """Received on Monday at nine, rated by a person when the hub came to it."""
    story = opened(contact(name), profile=profile or joined(name))
    story.hear(rating(CASE, rag, "first", pathways=(pathway,), partnership=name), at=at)
    story.triage(at)
    assert story.case.rag is rag
    return story


def rerated(story: Story, rag: Rag, name: str, at: datetime) -> hub.CaseRerated:
    partnership = story.case.partnership
    story.hear(rating(CASE, rag, name, pathways=(), partnership=partnership), at=at)
    (said,) = story.triage(at)
    assert isinstance(said, hub.CaseRerated), said
    return said


def running(story: Story) -> dict[str, datetime]:
    """The hub's own deadlines that run, by clock."""
    watch = story.case.watch
    return {
        one.clock: one.due
        for one in watch.deadlines.values()
        if one.subject == CASE and watch.state(one) is DeadlineState.RUNNING
    }


def of_clock(story: Story, clock: str) -> list[Deadline]:
    return sorted(
        (one for one in story.case.watch.deadlines.values() if one.clock == clock), key=lambda one: one.revision
    )


def with_answers(**changes: object) -> Partnership:
    """Hackney with another clock for the agencies' answers."""
    clock = replace(HACKNEY.clocks["agency-response"], **changes)
    return replace(HACKNEY, clocks={**HACKNEY.clocks, clock.name: clock})


# -- every contact ---------------------------------------------------------------------------------------------------


def test_M_03_M_04_M_05_a_contact_of_medway_starts_three_clocks_from_receipt() -> None:
    story = opened(contact("medway"), profile=joined("medway"))
    (first,) = only([one for one, _ in story.heard], hub.CaseOpened)
    assert {one.clock: (one.owner, one.due) for one in first.deadlines} == {
        "acknowledgement": ("hub", local(9, "09:00")),
        "first-decision": ("hub", local(9, "09:00")),
        "written-outcome": ("hub", local(15, "09:00")),
    }


def test_what_a_wrong_link_ended_is_owed_again_with_its_instants_when_somebody_rates_the_case_after_all() -> None:
    story = opened(contact("medway"), profile=replace(joined("medway"), levels=find("medway", PROFILES).levels))
    story.hear(hub.CaseLinked(meta=meta(CASE, "link", partnership="medway"), to=UUID(int=7), kind=LinkKind.DUPLICATE,
                          withdrawn_deadlines=ended_with(hub.CaseLinked.__name__, story.case)))  # fmt: skip
    assert running(story) == {"acknowledgement": local(9, "09:00")}

    story.hear(rating(CASE, Rag.NONE, "first", pathways=("mash",), partnership="medway"), at=MONDAY + HOUR)
    story.triage(MONDAY + HOUR)

    assert running(story)["written-outcome"] == local(15, "09:00")
    assert [one.revision for one in of_clock(story, "written-outcome")] == [1, 2]
    assert [one.revision for one in of_clock(story, "first-decision")] == [1], "the rating itself was that decision"


def test_a_contact_that_came_earlier_by_phone_counts_from_then() -> None:
    came = local(5, "16:00")
    story = opened(contact("medway", received_at=came), profile=joined("medway"))
    assert running(story) == {
        "acknowledgement": local(8, "16:00"), "first-decision": came + 24 * HOUR, "written-outcome": local(12, "16:00")
    }  # fmt: skip


def test_M_03_who_stays_anonymous_is_owed_no_acknowledgement() -> None:
    profile = joined("medway")
    story = opened(contact("medway", referrer=Referrer(kind=ReferrerKind.ANONYMOUS)), profile=profile)
    (first,) = only([one for one, _ in story.heard], hub.CaseOpened)
    story.hear(*story.copies_of_triage(first))
    assert "acknowledgement" not in running(story)
    (owed,) = of_clock(story, "acknowledgement")
    assert story.case.watch.state(owed) is DeadlineState.WITHDRAWN


def test_G_04_a_person_s_rating_meets_the_first_decision_from_when_it_was_given_however_late_the_hub_is() -> None:
    story = opened(contact("gloucestershire"), profile=joined("gloucestershire"))
    given, acted = local(9, "08:59"), local(9, "11:00")
    story.hear(rating(CASE, Rag.GREEN, pathways=("early-help",), partnership="gloucestershire"), at=given)
    story.triage(acted)
    (owed,) = of_clock(story, "first-decision")
    assert story.case.watch.met_at(owed) == given
    assert story.case.watch.state(owed) is DeadlineState.MET


def test_hackney_s_contacts_start_nothing_by_themselves_H_06() -> None:
    (first,) = only([one for one, _ in opened().heard], hub.CaseOpened)
    assert first.deadlines == ()


# -- the hub's own clocks with colours -------------------------------------------------------------------------------


def test_J_09_a_red_decision_is_due_four_hours_from_the_request_and_so_is_each_answer() -> None:
    asked = local(8, "10:30")
    story = rated("jersey", Rag.RED, "mash", at=asked)
    assert running(story) == {"mash-decision": asked + 4 * HOUR}
    assert {one.deadline.due for one in story.case.requests.values()} == {asked + 4 * HOUR}
    assert {one.deadline.owner for one in story.case.requests.values()} == {
        one.organisation for one in story.case.requests.values()
    }


def test_J_11_amber_answers_are_due_in_a_working_day_and_no_time_is_set_for_the_decision() -> None:
    story = rated("jersey", Rag.AMBER, "mash", at=local(8, "10:30"))
    assert running(story) == {}
    assert {one.deadline.due for one in story.case.requests.values()} == {local(9, "10:30")}


def test_J_09_the_decision_s_clock_starts_with_red_and_ends_with_amber_and_starts_anew() -> None:
    story = rated("jersey", Rag.AMBER, "mash", at=local(8, "10:00"))
    red = rerated(story, Rag.RED, "red", local(8, "11:00"))
    assert [(one.clock, one.revision, one.due) for one in red.deadlines] == [("mash-decision", 1, local(8, "15:00"))]
    amber = rerated(story, Rag.AMBER, "amber", local(8, "12:00"))
    assert amber.withdrawn_deadlines == (red.deadlines[0].deadline_id,)
    assert running(story) == {}
    assert story.case.watch.state(red.deadlines[0]) is DeadlineState.WITHDRAWN
    again = rerated(story, Rag.RED, "again", local(8, "13:00"))
    assert [(one.revision, one.due) for one in again.deadlines] == [(2, local(8, "17:00"))]
    assert again.withdrawn_deadlines == ()


@pytest.mark.parametrize(
    ("rag", "due"),
    [
        (Rag.RED, local(8, "13:00")),
        (Rag.AMBER, local(11, "09:00")),
        (Rag.GREEN, local(15, "09:00")),
        (Rag.BLUE, local(9, "09:00")),
    ],
)
def test_G_05_the_hub_s_response_is_due_from_receipt_whenever_it_is_rated(rag: Rag, due: datetime) -> None:
    story = rated("gloucestershire", rag, "mash", at=local(8, "11:00"))
    assert running(story) == {"rag-response": due}
    (owed,) = of_clock(story, "rag-response")
    assert (owed.owner, owed.rag) == ("hub", rag)


def test_G_05_reading_7_less_urgent_counts_from_receipt_and_blue_from_the_re_rating() -> None:
    story = rated("gloucestershire", Rag.RED, "mash", at=local(8, "11:00"))
    rerated(story, Rag.GREEN, "green", local(8, "12:00"))
    assert running(story) == {"rag-response": local(15, "09:00")}
    rerated(story, Rag.BLUE, "blue", local(9, "12:00"))
    assert running(story) == {"rag-response": local(10, "12:00")}
    rerated(story, Rag.RED, "red", local(10, "10:00"))
    assert running(story) == {"rag-response": local(10, "14:00")}
    assert [one.revision for one in of_clock(story, "rag-response")] == [1, 2, 3, 4]
    assert {one.steps[0].starts for one in of_clock(story, "rag-response")} == {MONDAY}


def test_reading_7_more_urgent_never_makes_it_later() -> None:
    story = rated("gloucestershire", Rag.AMBER, "mash", at=local(8, "11:00"))
    again = rerated(story, Rag.RED, "red", local(11, "08:00"))
    assert [one.due for one in again.deadlines] == [local(11, "09:00")]


def test_luton_s_red_works_on_through_closing() -> None:
    friday = datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
    profile = joined("luton")
    story = opened(contact("luton"), friday, profile)
    story.hear(rating(CASE, Rag.RED, pathways=("mash",), partnership="luton"), at=friday + HOUR)
    story.triage(friday + HOUR)
    assert running(story) == {"rag-response": friday + 4 * HOUR}


def test_an_outcome_meets_the_hub_s_clock() -> None:
    story = rated("jersey", Rag.RED, "mash", at=local(8, "10:00"))
    code = next(iter(story.profile.outcomes))
    story.hear(outcome(CASE, outcomes=(code,), partnership="jersey"), at=local(8, "13:59"))
    story.outcomes(local(8, "14:30"))
    assert [story.case.watch.state(one) for one in of_clock(story, "mash-decision")] == [DeadlineState.MET]


def test_the_same_colour_again_changes_no_deadline() -> None:
    story = rated("gloucestershire", Rag.AMBER, "early-help")
    story.hear(rating(CASE, Rag.AMBER, "more", pathways=("mash",), partnership="gloucestershire"), at=MONDAY + 2 * HOUR)
    (again,) = story.triage(MONDAY + 2 * HOUR)
    assert (again.deadlines, again.withdrawn_deadlines, again.rerated) == ((), (), ())
    assert {one.organisation for one in again.requests} == {one.id for one in story.profile.organisations}


# -- requests --------------------------------------------------------------------------------------------------------


def test_C_12_no_time_is_set_for_answers_and_none_is_invented() -> None:
    story = rated("cambridgeshire", Rag.RED, next(iter(joined("cambridgeshire").pathways)))
    assert story.case.requests
    assert {one.deadline for one in story.case.requests.values()} == {None}
    (routed,) = only([one for one, _ in story.heard], hub.CaseRouted)
    copies = only(story.copies_of_triage(routed), agency.InformationRequested)
    assert {(one.due, one.needed_by) for one in copies} == {(None, None)}
    assert not story.case.watch.deadlines


def test_G_08_agencies_are_told_the_hub_s_instant_and_owe_no_deadline_of_their_own() -> None:
    story = rated("gloucestershire", Rag.AMBER, "mash", at=local(8, "11:00"))
    (routed,) = only([one for one, _ in story.heard], hub.CaseRouted)
    copies = only(story.copies_of_triage(routed), agency.InformationRequested)
    assert {(one.due, one.needed_by) for one in copies} == {(None, local(11, "09:00"))}
    red = rerated(story, Rag.RED, "red", local(8, "12:00"))
    told = only(story.copies_of_triage(red), agency.RequestRerated)
    assert {(one.organisation, one.rag, one.due) for one in told} == {
        (one.organisation, Rag.RED, None) for one in story.case.requests.values()
    }
    assert all("needs the answer by 2026-06-08 15:00 UTC" in one.reason for one in told)


def test_reading_7_a_colour_without_a_time_withdraws_the_answers_deadline_and_one_with_a_time_starts_it_anew() -> None:
    amounts = {**HACKNEY.clocks["agency-response"].amounts, Rag.GREEN: NoAmount("nobody hurries")}
    story = opened(profile=with_answers(amounts=amounts))
    police = story.request("met-police")
    green = rerated(story, Rag.GREEN, "green", MONDAY + HOUR)
    assert {one.deadline for one in green.rerated} == {None}
    assert story.case.watch.state(police.deadline) is DeadlineState.WITHDRAWN
    assert {one.due for one in only(story.copies_of_triage(green), agency.RequestRerated)} == {None}
    assert police.request_id in {one.request_id for one in story.case.awaited}
    amber = rerated(story, Rag.AMBER, "amber", MONDAY + 2 * HOUR)
    assert {(one.deadline.revision, one.deadline.due) for one in amber.rerated} == {(2, MONDAY + 26 * HOUR)}


def test_reading_7_asked_without_a_time_the_first_colour_that_has_one_starts_it() -> None:
    amounts = {**HACKNEY.clocks["agency-response"].amounts, Rag.AMBER: NoAmount("nobody hurries")}
    story = opened(profile=with_answers(amounts=amounts))
    assert {one.deadline for one in story.case.requests.values()} == {None}
    red = rerated(story, Rag.RED, "red", MONDAY + 9 * HOUR)
    assert {(one.deadline.revision, one.deadline.due) for one in red.rerated} == {(1, MONDAY + 13 * HOUR)}
    assert {one.deadline.steps[0].starts for one in red.rerated} == {MONDAY}


def test_a_clock_without_colours_runs_on_through_a_re_rating() -> None:
    story = opened(profile=with_answers(amounts={None: Amount(Kind.WORKING_DAYS, days=2)}))
    police = story.request("met-police")
    assert (police.deadline.rag, police.deadline.due) == (None, local(10, "09:00"))
    red = rerated(story, Rag.RED, "red", MONDAY + HOUR)
    assert {one.deadline.due for one in red.rerated} == {police.deadline.due}
    assert story.case.watch.in_force(police.request_id) == police.deadline
    assert {(one.rag, one.due) for one in only(story.copies_of_triage(red), agency.RequestRerated)} == {
        (Rag.RED, police.deadline.due)
    }


def test_a_pathway_s_clock_with_colours_gets_the_case_s_colour_and_is_re_rated_with_it() -> None:
    clock: Clock = replace(
        HACKNEY.clocks["csc-screening"],
        amounts={
            rag: Amount(Kind.HOURS, HOUR * hours) for rag, hours in ((Rag.RED, 8), (Rag.AMBER, 24), (Rag.GREEN, 48))
        },
    )
    story = opened(profile=replace(HACKNEY, clocks={**HACKNEY.clocks, clock.name: clock}))
    assert running(story) == {"csc-screening": MONDAY + 24 * HOUR}
    rerated(story, Rag.RED, "red", MONDAY + 2 * HOUR)
    assert running(story) == {"csc-screening": MONDAY + 10 * HOUR}


def test_a_hub_clock_that_was_met_is_not_started_again_by_a_new_colour() -> None:
    clock = replace(find("jersey", PROFILES).clocks["mash-decision"], met_by=("MilestoneRecorded:decided",))
    profile = joined("jersey")
    story = rated("jersey", Rag.RED, "mash", profile=replace(profile, clocks={**profile.clocks, clock.name: clock}))
    reached = hub.MilestoneRecorded(
        meta=meta(CASE, "decided", partnership="jersey"), actor=MANAGER, milestone="decided", reached_at=MONDAY
    )
    story.hear(reached, at=MONDAY + 2 * HOUR)
    again = rerated(story, Rag.AMBER, "amber", MONDAY + 3 * HOUR)
    assert (again.deadlines, again.withdrawn_deadlines) == ((), ())
    assert [story.case.watch.state(one) for one in of_clock(story, "mash-decision")] == [DeadlineState.MET]


# -- where the calendar ends -----------------------------------------------------------------------------------------


def ending(until: date) -> Partnership:
    """Medway, its calendar known until a day only."""
    profile = joined("medway")
    time = replace(profile.time, calendar=replace(profile.time.calendar, known_until=until))
    clocks = {name: replace(one, time=time) for name, one in profile.clocks.items()}
    return replace(profile, time=time, clocks=clocks, calendar_known_until=until)


def test_reading_14_past_the_known_calendar_nothing_is_armed_in_silence() -> None:
    story = Story(profile=ending(date(2026, 6, 12))).hear(contact("medway"))
    with pytest.raises(triage_decide.BeyondCalendar) as told:
        story.triage()
    assert told.value.reason == "calendar_ends"
    for said in ("'medway'", "until 12 June 2026", "partnerships/medway.toml", "release"):
        assert said in told.value.detail
    story.profile = ending(date(2026, 6, 30))
    assert isinstance(story.triage()[0], hub.CaseOpened)


def test_reading_14_clocks_that_ask_no_calendar_run_past_its_end() -> None:
    story = opened(profile=replace(HACKNEY, calendar_known_until=date(2026, 6, 1)))
    assert {one.deadline.due for one in story.case.requests.values()} == {MONDAY + 24 * HOUR}


def test_a_police_notification_of_gloucestershire_counts_from_when_the_broker_took_it() -> None:
    story = opened(notification().model_copy(update={"meta": notification().meta.model_copy(
        update={"partnership": "gloucestershire"})}), profile=joined("gloucestershire"))  # fmt: skip
    (first,) = only([one for one, _ in story.heard], hub.CaseOpened)
    assert [(one.clock, one.due) for one in first.deadlines] == [("first-decision", local(9, "09:00"))]


def test_reading_7_the_profile_version_at_opening_computes_all_of_a_deadline_s_life() -> None:
    """The partnership has since agreed on shorter reds: who was asked before is re-rated by what held then."""
    then = joined("hackney")
    amounts = {**then.clocks["agency-response"].amounts, Rag.RED: Amount(Kind.HOURS, timedelta(hours=2))}
    clock = replace(then.clocks["agency-response"], amounts=amounts)
    now = replace(then, version="9+00000000", clocks={**then.clocks, "agency-response": clock})
    for kept, hours in ((True, 4), (False, 2)):
        story = rated("hackney", Rag.AMBER, "mash-checks", profile=then)
        story.profile = replace(now, past={then.version: then} if kept else {})
        story.hear(rating(CASE, Rag.RED, "again"), at=MONDAY + 2 * HOUR)
        (fact,) = only(story.triage(MONDAY + 2 * HOUR), hub.CaseRerated)
        assert {one.deadline.due for one in fact.rerated} == {MONDAY + (2 + hours) * HOUR}
        assert {one.deadline.profile for one in fact.rerated} == {then.version if kept else now.version}


def test_whoever_is_asked_owes_the_answer_whatever_role_the_profile_names() -> None:
    """Surrey's clock is owed by "police": the answer comes on the asked organisation's own topic, and is looked for there."""
    profile = joined("hackney")
    clock = replace(profile.clocks["agency-response"], owner="police")
    story = rated(
        "hackney", Rag.RED, "mash-checks", profile=replace(profile, clocks={**profile.clocks, "agency-response": clock})
    )
    owed = [request for request in story.case.requests.values() if request.deadline]
    assert owed
    assert all(one.deadline.owner == one.organisation for one in owed)
