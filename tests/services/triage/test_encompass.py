"""Operation Encompass (G-13): key adults are told of their own children, at verified addresses alone, in time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from core_story import CASE_ONE, HOUR, MANAGER, PROFILES, Story, only

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.undelivered import undelivered
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.procedure import Setting
from mashbus.domain.referral import Child, Concern
from mashbus.domain.vocabulary import Assessment, EmailKind
from mashbus.domain.watch import DeadlineState
from mashbus.profiles import load

CASE = ids.case_of_incident("gloucestershire-constabulary", "I-1")
FRIDAY = datetime(2026, 6, 5, 22, tzinfo=UTC)
"""Eleven at night."""
MONDAY_SCHOOL = datetime(2026, 6, 8, 7, 45, tzinfo=UTC)
SCHOOL = Setting(urn="900101", name="Vale", email="key-adult@vale.example", verified_on=date(2025, 1, 13))
NURSERY = Setting(urn="900201", name="Acorn", email="key-adult@acorn.example", verified_on=date(2026, 6, 5))
SETTINGS = {
    one.urn: one
    for one in (
        SCHOOL,
        NURSERY,
        Setting(urn="900107", name="Leadon", email="key-adult@leadon.example"),
        Setting(urn="900203", name="Bluebell"),
        Setting(urn="900108", name="Later", email="key-adult@later.example", verified_on=date(2026, 6, 6)),
    )
}
_LOADED = load("gloucestershire", PROFILES)
assert _LOADED.encompass is not None
PROFILE = replace(_LOADED, encompass=replace(_LOADED.encompass, settings=SETTINGS))
TEAM = PROFILE.teams[_LOADED.encompass.team].email


def child(
    name: str = "Tom", school: str | None = SCHOOL.urn, born: date | None = date(2015, 5, 5), **more: object
) -> Child:
    return Child(given_name=name, family_name="Sampleton", date_of_birth=born, school=school, **more)  # type: ignore[arg-type]


def told(
    *children: Child, name: str = "first", at: datetime = FRIDAY + HOUR, story: Story | None = None, **changes: object
) -> Story:
    """Notified an hour after the incident."""
    said: dict[str, object] = {
        "nature": "domestic abuse", "concern": Concern(summary="SECRET-NARRATIVE."), "assessment": Assessment.OPEN_CASE,
        "incident_at": FRIDAY,
    }  # fmt: skip
    record = hub.PoliceNotificationReceived(
        meta=Meta(
            event_id=ids.once(CASE, f"Received/{name}"), partnership="gloucestershire", case_id=CASE, occurred_at=at
        ),
        force="gloucestershire-constabulary", incident="I-1", form="VIST", content_hash=name, batch_id=UUID(int=1),
        children=children, adults=(), **{**said, **changes},
    )  # fmt: skip
    story = story or Story(Case.of(CASE), profile=PROFILE)
    story.hear(record, at=at)
    story.triage(at)
    return story


def facts(story: Story, kind: type[Record]) -> list:
    return only([record for record, _ in story.heard], kind)


def called(story: Story) -> hub.EncompassCalled:
    (fact,) = facts(story, hub.EncompassCalled)
    return fact


def emails(story: Story, fact: Record | None = None) -> list[hub.EmailRequested]:
    return only(story.copies_of_triage(fact or called(story), FRIDAY + HOUR), hub.EmailRequested)


def alarms(story: Story) -> list[hub.AlertRaised]:
    return [one for one in facts(story, hub.AlertRaised) if one.alert.startswith("encompass-")]


def sent(email: hub.EmailRequested, at: datetime) -> hub.EmailSent:
    return hub.EmailSent(
        meta=copied(email, hub.EmailSent, "", at), kind=email.kind, message_id="m", attempts=1, recipient_kind="setting"
    )


def test_G_13_one_email_a_setting_lists_its_children_and_nothing_of_others() -> None:
    story = told(child("Tom"), child("Una", born=date(2010, 1, 2)), child("Ida", NURSERY.urn, date(2023, 3, 4)))
    school, nursery = emails(story)
    assert (school.kind, school.to, nursery.to) == (EmailKind.ENCOMPASS_NOTIFICATION, SCHOOL.email, NURSERY.email)
    assert "Tom Sampleton, born 5 May 2015" in school.body
    assert "Una Sampleton" in school.body
    assert "Ida" not in school.body
    assert "Ida Sampleton, born 4 March 2023" in nursery.body
    assert "Friday 5 June 2026, 23:00" in nursery.body
    assert not any("SECRET" in f"{one.subject} {one.body} {one.html}" for one in (school, nursery))
    assert not any("Sampleton" in one.subject for one in (school, nursery))
    assert alarms(story) == []


def test_G_13_each_email_has_a_deadline_of_its_own_before_the_next_school_day() -> None:
    story = told(child("Tom"), child("Ida", NURSERY.urn, date(2023, 3, 4)))
    school, nursery = emails(story)
    deadlines = {one.subject: one for one in called(story).deadlines}
    assert deadlines.keys() == {school.meta.event_id, nursery.meta.event_id}
    assert {one.due for one in deadlines.values()} == {MONDAY_SCHOOL}
    story.hear(sent(school, FRIDAY + HOUR), at=FRIDAY + HOUR)
    watch = story.case.watch
    states = [watch.state(deadlines[one.meta.event_id]) for one in (school, nursery)]
    assert states == [DeadlineState.MET, DeadlineState.RUNNING], "one school's email stands for no other's"
    story.hear(sent(nursery, MONDAY_SCHOOL + HOUR), at=MONDAY_SCHOOL + HOUR)
    assert story.case.watch.runs_out(deadlines[nursery.meta.event_id]), "too late is a breach"


@pytest.mark.parametrize(
    ("school", "problem"),
    [
        (None, "no_setting"),
        ("999999", "unknown_setting"),
        ("Vale", "unknown_setting"),
        ("900203", "no_address"),
        ("900107", "not_verified"),
        ("900108", "not_verified"),
    ],
)
def test_G_13_where_no_verified_address_is_known_a_person_is_alarmed_and_nothing_is_sent(
    school: str | None, problem: str
) -> None:
    story = told(child(school=school))
    assert [(one.child, one.problem) for one in called(story).unresolved] == [(0, problem)]
    assert emails(story) == []
    (alarm,) = alarms(story)
    assert (alarm.alert, alarm.teams) == (f"encompass-{problem.replace('_', '-')}", (PROFILE.encompass.team,))
    assert "Tom" not in alarm.reasons[0]
    (letter,) = emails(story, alarm)
    assert letter.to == TEAM
    assert story.triage(FRIDAY + HOUR) == [], "once"


def test_G_13_what_a_person_must_do_runs_until_he_says_that_it_is_done() -> None:
    story = told(child(), child("Una", None))
    (by_person,) = (one for one in called(story).deadlines if one.subject == called(story).meta.event_id)
    for one in emails(story):
        story.hear(sent(one, FRIDAY + HOUR), at=FRIDAY + HOUR)
    assert story.case.watch.state(by_person) is DeadlineState.RUNNING, "another child's email is no call"
    given = hub.MilestoneGiven(
        meta=Meta(
            event_id=ids.derived("test", "given"), partnership="gloucestershire", case_id=CASE, occurred_at=FRIDAY
        ),
        actor=replace(MANAGER, role="business_support"), milestone="school-notified", reached_at=None, stage=None,
        answers=None, note=None,
    )  # fmt: skip
    story.hear(given, at=FRIDAY + 2 * HOUR)
    story.triage(FRIDAY + 2 * HOUR)
    assert story.case.watch.state(by_person) is DeadlineState.MET


@pytest.mark.parametrize(
    ("born", "is_called"),
    [
        (date(2024, 6, 5), True),
        (date(2024, 6, 6), False),
        (date(2007, 6, 6), True),
        (date(2007, 6, 5), False),
        (None, True),
    ],
)
def test_G_13_ages_are_counted_on_the_day_of_the_incident(born: date | None, is_called: bool) -> None:
    assert bool(facts(told(child(born=born)), hub.EncompassCalled)) is is_called


def test_G_13_an_unborn_child_has_no_setting_and_alarms_nobody() -> None:
    story = told(child(), Child(expected_date_of_birth=date(2026, 8, 1)))
    assert called(story).unresolved == ()


@pytest.mark.parametrize(("nature", "is_called"), [("domestic abuse", True), ("missing", False)])
def test_G_13_only_domestic_abuse_offence_or_not(nature: str, is_called: bool) -> None:
    assert bool(facts(told(child(), nature=nature), hub.EncompassCalled)) is is_called


def test_G_13_a_partnership_without_the_scheme_tells_no_school() -> None:
    story = told(child(), story=Story(Case.of(CASE), profile=replace(PROFILE, encompass=None)))
    assert facts(story, hub.EncompassCalled) == []


def test_G_13_another_child_of_a_further_notification_is_told_of_and_no_other_again() -> None:
    story = told(child())
    told(child(), child("Ida", NURSERY.urn, date(2023, 3, 4)), name="second", story=story)
    first, second = facts(story, hub.EncompassCalled)
    assert [one.child for one in first.notified] == [0]
    assert [one.child for one in second.notified] == [1]
    (email,) = emails(story, second)
    assert email.to == NURSERY.email
    assert "Tom" not in email.body


def test_reading_14_an_incident_before_the_known_terms_is_for_a_person_and_holds_nothing_back() -> None:
    story = told(child(), incident_at=datetime(2020, 5, 1, tzinfo=UTC), assessment=Assessment.LEVEL_4)
    assert [one.problem for one in called(story).unresolved] == ["no_school_day"]
    assert called(story).deadlines == ()
    assert [one.alert for one in alarms(story)] == ["encompass-no-school-day"]
    assert facts(story, hub.CaseRouted), "the case goes on"


def test_reading_14_where_the_terms_have_ended_schools_are_told_all_the_same_and_somebody_is_alarmed() -> None:
    late = datetime(2028, 8, 1, 12, tzinfo=UTC)
    story = told(child(born=date(2018, 1, 1)), incident_at=late, at=late)
    assert len(emails(story)) == 1
    assert called(story).deadlines == ()
    assert [one.alert for one in alarms(story)] == ["encompass-no-school-day"]


def test_an_address_that_is_lost_before_the_email_is_made_alarms() -> None:
    story = told(child())
    story.profile = replace(PROFILE, encompass=replace(PROFILE.encompass, settings={}))
    suppressed, alarm = story.copies_of_triage(called(story), FRIDAY + HOUR)
    assert isinstance(suppressed, hub.EmailSuppressed)
    assert (alarm.alert, alarm.meta.cause_id) == ("encompass-undelivered", suppressed.meta.event_id)


@pytest.mark.parametrize("kind", [EmailKind.ENCOMPASS_NOTIFICATION, EmailKind.OUTCOME])
def test_what_was_not_delivered_to_a_key_adult_alarms_and_no_other_email_does(kind: EmailKind) -> None:
    meta = Meta(event_id=CASE_ONE, partnership="gloucestershire", case_id=CASE, occurred_at=FRIDAY)
    ends = (
        hub.EmailFailed(meta=meta, kind=kind, reason="refused", attempts=1),
        hub.EmailBounced(meta=meta, kind=kind, reason="5.1.1"),
    )
    assert [undelivered(one, PROFILE, FRIDAY) is not None for one in ends] == [kind is not EmailKind.OUTCOME] * 2
