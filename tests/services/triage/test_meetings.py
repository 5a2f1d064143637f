"""Meetings: what is put on an agenda, for which meeting and how often, what stays on it, and what a result does."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from core_story import (
    CONCERN,
    HACKNEY,
    MANAGER,
    MONDAY,
    Story,
    meta,
    notification,
    opened,
    outcome,
    rating,
    referral,
)
from hypothesis import given
from hypothesis import strategies as st

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.enquiry import Actor
from mashbus.domain.facts import standing
from mashbus.domain.known import LinkKind
from mashbus.domain.meeting import next_meeting, on_agenda
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import AgendaRule, Meeting, MilestoneKind
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Rag
from services.triage.decide import decide

DAY = timedelta(days=1)
NOBODYS = replace(CONCERN, category_of_need="N9")
"""No rule names it: a person rates."""


def rule(reason: str, *, stays: bool = False, **tests: object) -> AgendaRule:
    conditions = tuple(
        Condition(fact=fact, test="any" if isinstance(value, frozenset) else "is", value=value)
        for fact, value in tests.items()
    )
    return AgendaRule(reason=reason, conditions=conditions, stays=stays)


def meeting(name: str, *items: AgendaRule, also_closed: bool = False) -> Meeting:
    return Meeting(
        name=name, title=f"The {name} meeting", requirement="H-12", days=frozenset(range(5)), at=time(9, 30),
        items=items, roles=frozenset({"mash_manager"}), results={"discussed": "Discussed", "plan": "A plan"},
        also_closed=also_closed,
    )  # fmt: skip


def milestone(name: str, ends: str | None = None) -> MilestoneKind:
    roles = frozenset({"mash_manager"})
    return MilestoneKind(name=name, title=name, requirement="G-14", roles=roles, ends=ends)


DAILY = meeting("mash", rule("Red.", rating="red"), rule("Flagged.", flagged=True))
OUTSIDE = meeting(
    "harm-outside",
    rule("Notified as missing.", nature=frozenset({"missing"})),
    rule("Missing now.", stays=True, standing=frozenset({"missing"})),
    rule("Was missing.", milestones=frozenset({"found"})),
    also_closed=True,
)
PROFILE: Partnership = replace(
    HACKNEY,
    meetings={"mash": DAILY, "harm-outside": OUTSIDE},
    milestones={"missing": milestone("missing"), "found": milestone("found", ends="missing")},
)
CALENDAR = PROFILE.time.calendar


def items(story: Story, name: str = "mash") -> list[tuple[str, datetime]]:
    return [(one.reasons[0], one.meets_at) for one in story.case.agenda if one.meeting == name]


def red(at: datetime = MONDAY) -> Story:
    story = opened(referral(concern=NOBODYS), at, PROFILE)
    story.hear(rating(story.case.case_id, Rag.RED), at=at).triage(at)
    return story


def given_result(story: Story, at: datetime, name: str = "mash", **said: object) -> hub.MeetingResultGiven:
    words: dict[str, object] = {"met_on": at.date(), "result": "discussed", "actor": MANAGER, **said}
    number = len(story.case.results)
    return hub.MeetingResultGiven(meta=meta(story.case.case_id, f"result/{number}", at), meeting=name, **words)


def result(story: Story, at: datetime, name: str = "mash", **said: object) -> Record:
    return story.hear(given_result(story, at, name, **said), at=at).triage(at)[0]


def marks(story: Story, name: str, at: datetime, **words: object) -> None:
    number = len(story.case.words)
    said = {"reached_at": None, "stage": None, "answers": None, "note": None, "actor": MANAGER, **words}
    story.hear(hub.MilestoneGiven(meta=meta(story.case.case_id, f"{name}/{number}", at), milestone=name, **said), at=at)
    story.triage(at)


def reasons_on(story: Story, day: datetime, name: str = "mash") -> list[str]:
    """What is on the agenda of that day, as its meeting saw it."""
    case, which = story.case, PROFILE.meetings[name]
    meets_at = next_meeting(which, CALENDAR, day.replace(hour=0))
    found = on_agenda(case.agenda, case.held, case.decided_at, which, CALENDAR, meets_at)
    return [reason for one in found for reason in one.reasons]


def flag(story: Story, name: str, at: datetime = MONDAY) -> hub.RiskFlagged:
    return hub.RiskFlagged(
        meta=meta(story.case.case_id, name, at), organisation="met-police", request_id=UUID(int=1),
        information="An invented risk.", suggested_rag=Rag.UNKNOWN, arrived_at=at,
    )  # fmt: skip


# -- when a meeting is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "then"),
    [
        (datetime(2026, 6, 8, 8, 29, tzinfo=UTC), datetime(2026, 6, 8, 8, 30, tzinfo=UTC)),
        (datetime(2026, 6, 8, 8, 30, tzinfo=UTC), datetime(2026, 6, 9, 8, 30, tzinfo=UTC)),
        (datetime(2026, 6, 5, 12, tzinfo=UTC), datetime(2026, 6, 8, 8, 30, tzinfo=UTC)),
        (datetime(2026, 4, 2, 12, tzinfo=UTC), datetime(2026, 4, 7, 8, 30, tzinfo=UTC)),
        (datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 26, 9, 30, tzinfo=UTC)),
        (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 8, 30, tzinfo=UTC)),
    ],
    ids=["before it", "exactly at it", "over a weekend", "over Easter", "into winter time", "into summer time"],
)
def test_H_12_the_next_meeting_is_strictly_later_on_a_weekday_that_is_no_holiday(
    after: datetime, then: datetime
) -> None:
    assert next_meeting(DAILY, CALENDAR, after) == then


def test_H_12_a_local_time_that_the_change_of_clocks_skips_or_repeats_is_one_instant() -> None:
    week = {**CALENDAR.week, 6: CALENDAR.week[0]}
    sundays = replace(CALENDAR, week=week)
    at_night = replace(DAILY, days=frozenset({6}), at=time(1, 30))
    saturday = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_meeting(at_night, sundays, saturday) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_meeting(at_night, sundays, datetime(2026, 10, 24, 12, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_H_12_a_meeting_that_no_calendar_reaches_is_an_error() -> None:
    with pytest.raises(CalendarEnds):
        next_meeting(DAILY, CALENDAR, datetime.combine(CALENDAR.known_until + DAY, time(12), UTC))


# -- what is put on an agenda -------------------------------------------------------------------------------------------


def test_H_12_a_case_that_turns_red_is_on_the_next_agenda_once_and_its_requests_do_not_wait() -> None:
    story = opened(referral(concern=NOBODYS), MONDAY, PROFILE)
    said = story.hear(rating(story.case.case_id, Rag.RED)).triage()
    assert [type(one) for one in said] == [hub.CaseRouted, hub.AgendaItemPlaced]
    assert said[0].requests
    assert items(story) == [("Red.", MONDAY + timedelta(minutes=30))]
    assert story.hear(rating(story.case.case_id, Rag.AMBER, "amber")).triage()[0].rag is Rag.AMBER
    assert len(items(story)) == 1


def test_H_12_other_words_of_a_reason_put_nothing_on_again_and_other_conditions_do() -> None:
    story = red()
    worded = meeting("mash", rule("It turned red.", rating="red"))
    story.profile = replace(PROFILE, meetings={"mash": worded})
    assert story.triage(MONDAY + DAY) == []
    story.profile = replace(PROFILE, meetings={"mash": meeting("mash", rule("Red.", rating="red", opening="referral"))})
    assert len(story.triage(MONDAY + DAY)) == 1


def test_H_12_every_flag_is_news_and_the_same_flag_never_twice() -> None:
    story = opened(referral(concern=NOBODYS), MONDAY, PROFILE)
    story.hear(flag(story, "one")).triage()
    story.hear(flag(story, "two", MONDAY + DAY)).triage(MONDAY + DAY)
    story.triage(MONDAY + 2 * DAY)
    assert items(story) == [
        ("Flagged.", MONDAY + timedelta(minutes=30)),
        ("Flagged.", MONDAY + timedelta(days=1, minutes=30)),
    ]


def test_H_12_a_case_that_turns_red_again_after_a_result_is_a_new_item() -> None:
    story = red()
    result(story, MONDAY + timedelta(hours=2))
    case_id, later = story.case.case_id, MONDAY + timedelta(hours=3)
    assert reasons_on(story, MONDAY + DAY) == []
    story.hear(rating(case_id, Rag.AMBER, "amber"), at=later).triage(later)
    story.hear(rating(case_id, Rag.RED, "red again"), at=later).triage(later)
    assert reasons_on(story, MONDAY + DAY) == ["Red."]
    assert reasons_on(story, MONDAY) == ["Red."]


def test_H_12_a_case_with_its_outcome_is_on_no_agenda_of_a_meeting_about_open_cases() -> None:
    story = red()
    decided_at = MONDAY + timedelta(hours=2)
    story.hear(outcome(story.case.case_id), at=decided_at).outcomes(decided_at)
    assert reasons_on(story, MONDAY) == ["Red."]
    assert reasons_on(story, MONDAY + DAY) == []
    story.hear(flag(story, "late", decided_at), at=decided_at).triage(decided_at)
    assert len(items(story)) == 1


def test_H_12_a_case_that_another_one_stands_for_is_on_no_agenda() -> None:
    story = opened(referral(concern=NOBODYS), MONDAY, PROFILE)
    linked = hub.CaseLinked(meta=meta(story.case.case_id, "link"), to=meta(story.case.case_id, "x").event_id,
                            kind=LinkKind.DUPLICATE, matched_on=("content",))  # fmt: skip
    story.hear(linked, flag(story, "one")).triage()
    assert story.case.agenda == ()


# -- G-14: missing now, or since the last meeting -----------------------------------------------------------------------


def missing(at: datetime = MONDAY) -> Story:
    return opened(notification(nature="missing"), at, PROFILE)


def test_G_14_a_child_missing_at_the_weekend_is_on_mondays_agenda() -> None:
    saturday = MONDAY - 2 * DAY
    assert items(missing(saturday), "harm-outside") == [("Notified as missing.", MONDAY + timedelta(minutes=30))]


def test_G_14_an_incident_that_the_police_call_missing_only_later_is_on_the_agenda() -> None:
    story = opened(notification(), MONDAY, PROFILE)
    assert items(story, "harm-outside") == []
    again = notification(nature="missing")
    told = again.meta.model_copy(update={"event_id": UUID(int=2)})
    story.hear(again.model_copy(update={"meta": told, "content_hash": "2"}), at=MONDAY).triage(MONDAY)
    assert items(story, "harm-outside") == [("Notified as missing.", MONDAY + timedelta(minutes=30))]


def test_G_14_a_child_still_missing_stays_until_found_whatever_the_meeting_says() -> None:
    story = missing()
    marks(story, "missing", MONDAY)
    recorded = result(story, MONDAY + timedelta(hours=1), "harm-outside")
    assert recorded.stays
    assert "Missing now." in reasons_on(story, MONDAY + DAY, "harm-outside")
    marks(story, "found", MONDAY + timedelta(hours=5))
    assert "Was missing." in reasons_on(story, MONDAY + DAY, "harm-outside")
    assert not result(story, MONDAY + timedelta(days=1, hours=1), "harm-outside").stays
    assert reasons_on(story, MONDAY + 2 * DAY, "harm-outside") == []


def still_missing(story: Story) -> list[UUID]:
    return list(standing(story.case, PROFILE))


def test_G_14_of_two_siblings_who_are_missing_and_of_whom_one_is_found_one_stays_on_the_agenda() -> None:
    story = missing()
    marks(story, "missing", MONDAY)
    marks(story, "missing", MONDAY + timedelta(hours=1))
    marks(story, "found", MONDAY + timedelta(hours=2))
    assert len(still_missing(story)) == 1
    assert result(story, MONDAY + DAY + timedelta(hours=1), "harm-outside").stays
    assert "Missing now." in reasons_on(story, MONDAY + 2 * DAY, "harm-outside")
    marks(story, "found", MONDAY + 2 * DAY)
    assert still_missing(story) == []


def test_G_14_a_return_that_is_typed_in_late_ends_nothing_that_began_after_it() -> None:
    story = missing()
    marks(story, "missing", MONDAY)
    marks(story, "missing", MONDAY + timedelta(hours=3), reached_at=MONDAY + timedelta(hours=2))
    later = still_missing(story)[-1]
    for _ in range(2):
        marks(story, "found", MONDAY + timedelta(hours=4), reached_at=MONDAY + timedelta(hours=1))
        assert still_missing(story) == [later]


def test_G_14_a_return_ends_what_it_names() -> None:
    story = missing()
    marks(story, "missing", MONDAY)
    marks(story, "missing", MONDAY + timedelta(hours=1))
    first, second = still_missing(story)
    for _ in range(2):
        marks(story, "found", MONDAY + timedelta(hours=2), answers=first)
        assert still_missing(story) == [second], "and, said twice, nothing else"


def test_G_14_a_new_missing_episode_is_a_new_item_also_of_a_case_that_has_its_outcome() -> None:
    story = missing()
    result(story, MONDAY + timedelta(hours=1), "harm-outside")
    story.hear(outcome(story.case.case_id), at=MONDAY + 2 * DAY).outcomes(MONDAY + 2 * DAY)
    assert reasons_on(story, MONDAY + DAY, "harm-outside") == []
    for day in (3, 7):
        marks(story, "missing", MONDAY + day * DAY)
        assert reasons_on(story, MONDAY + day * DAY, "harm-outside")[-1] == "Missing now."
        marks(story, "found", MONDAY + day * DAY)
    assert len(items(story, "harm-outside")) == 5


# -- results ------------------------------------------------------------------------------------------------------------


def test_G_12_a_result_that_re_levels_is_a_rating_of_the_same_person() -> None:
    story = red()
    at = MONDAY + timedelta(hours=1)
    recorded = result(story, at, rag=Rag.AMBER, note="Calmer than it looked.")
    (again,) = story.copies_of_triage(recorded, at)
    assert isinstance(again, hub.RatingGiven)
    assert (again.actor, again.rag, again.rationale) == (MANAGER, Rag.AMBER, "Calmer than it looked.")
    assert story.copies_of_triage(recorded, at + DAY) == [again]
    (rerated,) = story.hear(again, at=at).triage(at)
    assert (rerated.rag, rerated.decided_by, rerated.meta.cause_id) == (Rag.AMBER, MANAGER, again.meta.event_id)


def test_G_12_what_the_meeting_itself_made_red_is_no_news_to_it() -> None:
    story = red()
    at = MONDAY + timedelta(hours=1)
    story.hear(rating(story.case.case_id, Rag.AMBER, "amber"), at=at).triage(at)
    recorded = result(story, at, rag=Rag.RED)
    story.hear(*story.copies_of_triage(recorded, at), at=at).triage(at)
    assert story.case.rag is Rag.RED
    assert len(items(story)) == 1


def test_G_12_only_pathways_keep_the_colour_and_the_title_stands_for_a_note() -> None:
    story = red()
    recorded = result(story, MONDAY + timedelta(hours=1), pathways=("early-help",))
    (again,) = story.copies_of_triage(recorded)
    assert (again.rag, again.pathways, again.rationale) == (Rag.RED, ("early-help",), "Decided at The mash meeting")


def test_G_12_a_result_without_a_colour_is_no_rating() -> None:
    story = red()
    assert story.copies_of_triage(result(story, MONDAY + timedelta(hours=1))) == []


def test_H_12_a_result_that_says_so_keeps_the_case_on_the_agenda() -> None:
    story = red()
    result(story, MONDAY + timedelta(hours=1), stays=True)
    assert reasons_on(story, MONDAY + DAY) == ["Red."]
    result(story, MONDAY + timedelta(days=1, hours=1))
    assert reasons_on(story, MONDAY + 2 * DAY) == []
    assert reasons_on(story, MONDAY + DAY) == ["Red."]


def test_H_12_a_result_of_an_earlier_meeting_ends_nothing_that_came_after_it() -> None:
    story = red(MONDAY + timedelta(hours=1))
    result(story, MONDAY + timedelta(hours=2))
    assert reasons_on(story, MONDAY) == []
    assert reasons_on(story, MONDAY + DAY) == ["Red."]


def test_H_12_a_past_agenda_stays_as_it_was_when_a_result_is_recorded_late() -> None:
    story = red()
    result(story, MONDAY + timedelta(days=2, hours=1), met_on=MONDAY.date())
    assert [bool(reasons_on(story, MONDAY + day * DAY)) for day in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"actor": Actor(label="x", role="practitioner")}, "may not record this"),
        ({"result": "lunch"}, "no such result"),
        ({"met_on": date(2026, 6, 9)}, "still to come"),
        ({"name": "tea"}, "no such meeting"),
        ({"name": "harm-outside"}, "never on an agenda"),
    ],
)
def test_H_12_a_result_that_cannot_count_is_refused_on_the_record(said: dict[str, object], why: str) -> None:
    refused = result(red(), MONDAY + timedelta(hours=1), **said)
    assert isinstance(refused, hub.DecisionRefused)
    assert why in refused.reason


def test_G_12_a_first_colour_is_named_by_a_result_that_only_names_a_way() -> None:
    story = opened(referral(concern=NOBODYS), MONDAY, PROFILE)
    story.hear(flag(story, "one")).triage()
    refused = result(story, MONDAY + timedelta(hours=1), pathways=("mash-checks",))
    assert isinstance(refused, hub.DecisionRefused)
    assert "no colour yet" in refused.reason


def test_a_result_of_another_partnership_is_refused() -> None:
    story = red()
    word = given_result(story, MONDAY)
    word = word.model_copy(update={"meta": word.meta.model_copy(update={"partnership": "medway"})})
    assert isinstance(story.hear(word).triage()[0], hub.DecisionRefused)


# -- what agencies add ---------------------------------------------------------------------------------------------------

NO_TIME = {name: one for name, one in HACKNEY.clocks.items() if not one.runs_per_request}
WAY = replace(HACKNEY.pathways["mash-checks"], meeting="mash")
FOR_A_MEETING = replace(PROFILE, clocks=NO_TIME, pathways={**HACKNEY.pathways, "mash-checks": WAY})


def asked(profile: Partnership, at: datetime = MONDAY) -> agency.InformationRequested:
    story = opened(referral(), at, profile)
    routed = next(one for one, _ in story.heard if isinstance(one, hub.CaseRouted))
    return next(one for one in story.copies_of_triage(routed) if isinstance(one, agency.InformationRequested))


def test_G_12_who_is_asked_for_a_meeting_is_told_when_it_is() -> None:
    assert (asked(FOR_A_MEETING).due, asked(FOR_A_MEETING).needed_by) == (None, MONDAY + timedelta(minutes=30))
    assert asked(replace(FOR_A_MEETING, pathways=HACKNEY.pathways)).needed_by is None


def test_H_08_a_time_that_the_procedure_sets_goes_before_the_meeting() -> None:
    request = asked(replace(FOR_A_MEETING, clocks=HACKNEY.clocks))
    assert request.needed_by == request.due == MONDAY + DAY


def test_H_12_a_request_does_not_wait_for_a_meeting_that_no_calendar_reaches() -> None:
    calendar = replace(CALENDAR, known_until=MONDAY.date() - 2 * DAY)
    time = replace(HACKNEY.time, calendar=calendar)
    assert asked(replace(FOR_A_MEETING, meetings={}, time=time)).needed_by is None
    ended = replace(FOR_A_MEETING, time=time, meetings={"mash": meeting("mash", rule("Blue.", rating="blue"))})
    assert asked(ended).needed_by is None


# -- any interleaving ---------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_G_14_the_same_items_come_however_far_triage_is_behind(turns: list[int]) -> None:
    """What intake says comes in its order; triage acts as often as it gets its turn, one fact at a time."""
    start = missing()
    case_id = start.case.case_id
    words = [
        rating(case_id, Rag.RED, "1"),
        flag(start, "f1"),
        rating(case_id, Rag.AMBER, "2"),
        _marked(start, "missing", "m1"),
        _marked(start, "found", "m2"),
        rating(case_id, Rag.RED, "3"),
        _marked(start, "missing", "m3"),
        flag(start, "f2"),
    ]
    at_once, lagging = missing(), missing()
    for word in words:
        at_once.hear(word).triage()
    for number, word in enumerate(words):
        for _ in range(turns[number]):
            _one_turn(lagging)
        lagging.hear(word)
        _one_turn(lagging)  # triage decides once after every record that it reads
    lagging.triage()
    assert {one.item_id for one in lagging.case.agenda} == {one.item_id for one in at_once.case.agenda}
    assert set(items(lagging)) == set(items(at_once))


def _one_turn(story: Story) -> None:
    if fact := decide(story.case, story.profile, MONDAY, None):
        story.hear(fact)


def _marked(story: Story, name: str, key: str) -> hub.MilestoneGiven:
    said = {"reached_at": None, "stage": None, "answers": None, "note": None, "actor": MANAGER}
    return hub.MilestoneGiven(meta=meta(story.case.case_id, key), milestone=name, **said)
