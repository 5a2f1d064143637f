"""The police sort their notifications (G-11), and schools learn of domestic abuse before their next day starts (G-13)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.referral import Child
from mashbus.synthetic.police_batch import NOT_KEPT
from tests.procedures.case import Case
from tests.procedures.door import Door
from tests.procedures.memory import MANAGER, WORKER, spell, upn

SOCIAL_WORK = "social_work_manager"
NAMES = ("Ash", "Birch", "Cedar", "Dill", "Elm")
SCHOOL, NURSERY = "900101", "900201"
AT_SCHOOL, AT_NURSERY = (
    "key-adult@vale-primary.gloucestershire.example", "key-adult@acorn-nursery.gloucestershire.example",
)  # fmt: skip
TEAM = "encompass@frontdoor.gloucestershire.example"
CLOCK = "encompass-notification"
LONDON = ZoneInfo("Europe/London")
TERMS = (
    "2025-09-02/2025-10-24", "2025-11-03/2025-12-19", "2026-01-05/2026-02-13", "2026-02-23/2026-03-27",
    "2026-04-13/2026-05-22", "2026-06-01/2026-07-21", "2026-09-02/2026-10-23", "2026-11-02/2026-12-18",
    "2027-01-04/2027-02-12", "2027-02-22/2027-03-25", "2027-04-12/2027-05-28", "2027-06-07/2027-07-21",
    "2027-09-02/2027-10-22", "2027-11-01/2027-12-17", "2028-01-04/2028-02-11", "2028-02-21/2028-03-31",
    "2028-04-18/2028-05-26", "2028-06-05/2028-07-21",
)  # fmt: skip
"""As the county has them: Monday to Friday inside one, from 08:45."""
BANK_HOLIDAYS = {date(2026, 5, 4), date(2027, 5, 3), date(2028, 5, 1)}
"""Those that fall inside a term."""


def next_school_day(after: datetime) -> datetime:
    day = after.astimezone(LONDON).date()
    while True:
        starts = datetime.combine(day, time(8, 45), LONDON)
        term = any(first <= day.isoformat() <= last for first, _, last in (one.partition("/") for one in TERMS))
        if term and day.weekday() < 5 and day not in BANK_HOLIDAYS and starts > after:
            return starts.astimezone(UTC)
        day += timedelta(days=1)


def of_school(name: str = "Ash", **more: str) -> Mapping[str, str]:
    return {"given_name": name, "setting": SCHOOL, **more}


# -- each notification has exactly one of four fates (G-11) ----------------------------------------------------------------


async def test_G_11_no_safeguarding_concern_is_not_shared_at_all(door: Door):
    """Of a child of no concern nothing is kept anywhere, among siblings too; the siblings go their way."""
    hidden = {"given_name": "Hidden", "family_name": NOT_KEPT, "assessment": "no_concern"}
    case = await door.notifies({"given_name": "Ash", "assessment": "level_2"}, hidden)
    received = await case.fact(hub.PoliceNotificationReceived)
    assert [child.given_name for child in received.children] == ["Ash"]
    await case.fact(hub.CaseRouted)
    await door.nowhere(NOT_KEPT)


async def test_G_11_an_open_case_goes_directly_to_that_agency(door: Door):
    """The child's worker and manager have it at once; no other agency hears of it."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=date(2026, 1, 8)))
    case = await door.notifies(assessment="open_case", upn=number, nature="missing")
    assert (await case.fact(hub.PassedToHolder)).instead
    await case.agency("social_care").receives(agency.CasePassedOn)
    for address in (WORKER, MANAGER):
        await case.email("passed_on", to=address)
    await case.never(hub.CaseRouted, agency.InformationRequested)


async def test_G_11_an_open_case_that_nobody_holds_is_looked_at_by_a_person(door: Door):
    """The police think that it is open, and no team has it: nobody is passed it by guesswork, and triage is told."""
    case = await door.notifies(assessment="open_case", nature="missing")
    await case.fact(hub.AlertRaised, lambda one: one.requirement == "G-11")
    await case.never(hub.CaseRouted, hub.PassedToHolder)


@pytest.mark.parametrize("level", ["level_3_high", "level_4"])
async def test_G_11_high_level_3_and_level_4_go_to_social_care(door: Door, level: str):
    """At once, with nobody of the front door in between, and to social care alone."""
    case = await door.notifies(assessment=level, nature="missing")
    assert await case.asked() == {case.agency("social_care").name}
    assert (await case.fact(hub.CaseRouted)).decided_by is None


@pytest.mark.parametrize("level", ["level_2", "level_3"])
async def test_G_11_the_rest_go_to_the_daily_vulnerability_meeting(door: Door, level: str):
    """On its agenda, and not to social care's door."""
    case = await door.notifies(assessment=level, nature="concern for welfare")
    placed = await case.fact(hub.AgendaItemPlaced)
    assert placed.meeting == "vulnerability"
    assert (await case.fact(hub.CaseRouted)).pathways == ("vulnerability-meeting",)


async def test_G_11_children_of_one_incident_who_were_sorted_differently_go_the_gravest_way(door: Door):
    """One at level 2, a sibling at level 4: both go to social care, as one case."""
    case = await door.notifies(
        {"given_name": "Ash", "assessment": "level_2"}, {"given_name": "Birch", "assessment": "level_4"}
    )
    assert (await case.fact(hub.CaseRouted)).pathways == ("social-care",)


async def test_G_11_an_incident_of_five_children_is_one_request_for_each_agency(door: Door):
    """Each agency that is asked has one request, which names all five."""
    case = await door.notifies(*({"given_name": name, "assessment": "level_2"} for name in NAMES))
    asked = await case.asked()
    assert asked
    for name in asked:
        (request,) = [one for one in case.agency(name).told if isinstance(one, agency.InformationRequested)]
        assert tuple(child.given_name for child in request.children) == NAMES


async def test_G_11_windows_overlap_and_the_same_incident_is_one_case(door: Door):
    """Tomorrow's batch has it again, unchanged: nothing happens. Then with another child: a person is told, and no agency
    is asked a second time.
    """
    first = {"given_name": "Ash", "assessment": "level_4"}
    incident_at = (door.time.local() - timedelta(hours=12)).isoformat(timespec="seconds")
    case = await door.notifies({**first, "incident_at": incident_at})
    await case.asked()
    await door.time.later(hours=24)
    same = await door.notifies({**first, "incident_at": incident_at}, again=case)
    assert same.id == case.id
    await case.quiet()
    assert not further(case)
    await door.notifies(
        *({**first, "given_name": name, "incident_at": incident_at} for name in ("Ash", "Birch")), again=case
    )
    alert = await case.fact(hub.AlertRaised, lambda one: one.alert == "further-notification")
    assert alert.requirement == "G-11"
    await case.email("alert")
    await case.quiet()
    assert len(further(case)) == 1
    assert len(case.facts(agency.InformationRequested)) == 1
    assert len(case.facts(hub.CaseRouted)) == len(case.facts(hub.CaseOpened)) == 1
    assert "Birch" in str(await case.view("picture"))


def further(case: Case) -> list[hub.AlertRaised]:
    return case.facts(hub.AlertRaised, lambda one: one.alert == "further-notification")


async def test_G_11_before_it_goes_its_way_another_notification_is_part_of_it(door: Door):
    """Unsorted it waits for a person; the next window names a sibling; then each agency has one request for both."""
    incident_at = (door.time.local() - timedelta(hours=12)).isoformat(timespec="seconds")
    case = await door.notifies(incident_at=incident_at, given_name="Ash")
    await case.fact(hub.RoutingRecommended)
    await door.notifies(*({"given_name": name, "incident_at": incident_at} for name in ("Ash", "Birch")), again=case)
    await case.does("consent", consent={"status": "not_sought", "lawful_basis": "public_task"}, rationale="Synthetic.")
    await case.rated("amber", "mash", by=SOCIAL_WORK)
    asked = await case.agency("police").asked()
    assert [child.given_name for child in asked.children] == ["Ash", "Birch"]
    assert not further(case)


# -- Operation Encompass (G-13) --------------------------------------------------------------------------------------------


async def test_G_13_the_key_adult_is_told_at_the_dedicated_address_in_time(door: Door):
    """Who the child is and when it was; nothing of what happened, and nothing of the child of another setting."""
    case = await door.notifies(
        of_school("Ash", summary="Synthetic: SECRET-NARRATIVE."),
        {"given_name": "Birch", "setting": NURSERY, "date_of_birth": str(door.time.local().year - 3) + "-01-01"},
    )
    school = await case.email("encompass_notification", to=AT_SCHOOL)
    nursery = await case.email("encompass_notification", to=AT_NURSERY)
    assert "Ash Testchild" in school.text
    assert "Birch" not in school.whole
    assert "Birch Testchild" in nursery.text
    assert "SECRET" not in school.whole + nursery.whole
    called = await case.fact(hub.EncompassCalled)
    assert {one.due for one in called.deadlines} == {next_school_day(called.incident_at)}
    await case.quiet()
    sent = case.facts(hub.EmailRequested, lambda one: one.kind == "encompass_notification")
    assert {one.to for one in sent} == {AT_SCHOOL, AT_NURSERY}
    assert not [one for one in case.facts(hub.AlertRaised) if one.requirement == "G-13"]


@pytest.mark.parametrize("assessment", ["share", "open_case", "level_2", "level_4"])
async def test_G_13_whatever_else_becomes_of_it_offence_or_not(door: Door, assessment: str):
    """No need and no factor is named, and the police sort it any way they do: the school is told."""
    case = await door.notifies(of_school(assessment=assessment, category_of_need="N0", factors=""))
    await case.email("encompass_notification", to=AT_SCHOOL)


async def test_G_13_other_incidents_and_other_ages_are_not_told(door: Door):
    """A missing child and a baby: no school is told; a child of school age in the same hour: its school is."""
    missing = await door.notifies(of_school(nature="missing"))
    baby = await door.notifies(of_school(date_of_birth=str(door.time.local().date() - timedelta(days=400))))
    told = await door.notifies(of_school())
    await told.fact(hub.EncompassCalled)
    await missing.never(hub.EncompassCalled)
    await baby.never(hub.EncompassCalled)


async def test_G_13_a_friday_night_is_due_before_the_next_school_day(door: Door):
    """Nobody is at the front door; the email goes out the same night."""
    await door.time.next("friday", "22:30")
    case = await door.notifies(of_school(incident_at=(door.time.local() - timedelta(minutes=30)).isoformat()))
    await case.email("encompass_notification", to=AT_SCHOOL)
    due = (await case.deadline(CLOCK)).due
    assert due == next_school_day(door.time.now())
    assert door.time.wall(due).endswith("08:45")
    assert due - door.time.now() > timedelta(days=2)


async def test_G_13_in_the_holidays_it_is_the_first_day_of_the_next_term(door: Door):
    """The last day of the autumn term, in the evening: due on the first morning of the spring term."""
    case = await door.notifies(of_school(incident_at="2025-12-19T20:00:00+00:00"))
    assert (await case.deadline(CLOCK)).due == datetime(2026, 1, 5, 8, 45, tzinfo=UTC)


async def test_G_13_too_late_is_a_breach_and_the_key_adult_is_told_all_the_same(door: Door):
    """The police send it a week after the incident: the school day has started long ago."""
    case = await door.notifies(of_school(incident_at=(door.time.local() - timedelta(days=190)).isoformat()))
    await case.email("encompass_notification", to=AT_SCHOOL)
    breach = await case.lapse(CLOCK)
    resolved = await case.fact(hub.SlaBreachResolved)
    assert resolved.breach_id == breach.meta.event_id
    assert resolved.lateness_microseconds > 0


@pytest.mark.parametrize(
    ("setting", "alarm"),
    [
        ("", "encompass-no-setting"),
        ("999999", "encompass-unknown-setting"),
        ("900203", "encompass-no-address"),
        ("900107", "encompass-not-verified"),
    ],
)
async def test_G_13_without_a_verified_address_a_person_is_alarmed_and_nothing_is_sent(
    door: Door, setting: str, alarm: str
):
    """Until somebody records that the key adult was told the clock runs."""
    case = await door.notifies(of_school(setting=setting))
    raised = await case.fact(hub.AlertRaised, lambda one: one.requirement == "G-13")
    assert raised.alert == alarm
    await case.email("alert", to=TEAM)
    await case.no_email("encompass_notification")
    owed = await case.deadline(CLOCK)
    assert owed.due == next_school_day((await case.fact(hub.EncompassCalled)).incident_at)


async def test_G_13_who_told_the_key_adult_by_phone_records_it(door: Door):
    """In time it meets the clock; who does not leaves a breach."""
    just_now = (door.time.local() - timedelta(minutes=30)).isoformat(timespec="seconds")
    told, forgotten = [await door.notifies(of_school(setting="900107", incident_at=just_now)) for _ in range(2)]
    due = (await told.deadline(CLOCK)).due
    await told.does("milestones", milestone="school-notified")
    await forgotten.quiet()
    await door.time.until(due)
    await forgotten.lapse(CLOCK)
    await told.quiet()
    assert not told.facts(hub.SlaBreached, lambda one: one.deadline.clock == CLOCK)
