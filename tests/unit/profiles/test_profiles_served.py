"""The profiles in this repository: every clock of the five procedures and of the two fixtures, by name and amount."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mashbus.domain.clocks import Amount, Clock, Kind, NoAmount, due
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import ProfileRefused, find, found, known, load

FOLDER = Path(__file__).parents[3] / "partnerships"
SERVED = ("cambridgeshire", "gloucestershire", "hackney", "jersey", "medway")
FIXTURES = ("luton", "surrey")

CLOCKS = """
jersey | agency-response | red: 4 hours, amber: 1 working_days, green: none | request | agency | J-09 J-11 J-12
jersey | mash-decision | red: 4 hours, amber: none, green: none | request | hub | J-09
hackney | agency-response | red: 4 hours, amber: 24 hours, green: 72 hours | request | agency | H-08
hackney | csc-screening | 24 hours | receipt | hub | H-06
hackney | early-help-screening | 72 hours | receipt | hub | H-06
hackney | information-to-hub | 10 working_days | receipt | hub | H-07
medway | acknowledgement | 1 working_days | receipt | hub | M-03
medway | first-decision | 24 hours | receipt | hub | M-04
medway | written-outcome | 5 working_days | receipt | hub | M-05
medway | escalation-stage | 5 working_days | stage_opened | stage_manager | M-12
medway | agency-response | none | request | agency | M-06
cambridgeshire | agency-response | red: none, amber: none, green: none, blue: none | request | agency | C-12
cambridgeshire | strategy-discussion | 24 hours | decision | social_care | C-09
cambridgeshire | initial-visit | 5 working_days | allocation | social_worker | C-10
cambridgeshire | management-oversight | 10 days | allocation | manager | C-11
gloucestershire | agency-response | red: none, amber: none, green: none, blue: none | request | agency | G-05, G-08
gloucestershire | first-decision | 1 working_days | receipt | hub | G-04
gloucestershire | rag-response | red: 4 hours, amber: 72 hours, green: 5 working_days, blue: 1 working_days | receipt | hub | G-05
gloucestershire | encompass-notification | before_next_school_day | incident | police_or_hub | G-13
gloucestershire | needs-assessment-contribution | 20 days | request | practitioner | G-16
luton | rag-response | red: 4 works_on, amber: 24 working_hours, green: 72 working_hours | receipt | hub | Luton
surrey | agency-response | red: 4 working_hours, amber: 24 working_hours, green: 72 hours, blue: none | request | police | Surrey Police
"""
OPEN = {
    "jersey": ("Europe/Jersey", "08:30-17:00", "08:30-16:30"),
    "cambridgeshire": ("Europe/London", "08:45-17:20", "08:45-16:20"),
    "hackney": ("Europe/London", "09:00-17:00", "09:00-17:00"),
    "medway": ("Europe/London", "09:00-17:00", "09:00-17:00"),
    "gloucestershire": ("Europe/London", "09:00-17:00", "09:00-17:00"),
    "luton": ("Europe/London", "08:30-17:00", "08:30-16:30"),
    "surrey": ("Europe/London", "09:00-17:00", "09:00-17:00"),
}


@pytest.fixture(scope="module")
def profiles() -> dict[str, Partnership]:
    return {name: find(name, FOLDER) for name in (*SERVED, *FIXTURES)}


def test_five_are_served_and_two_more_are_found() -> None:
    assert known(FOLDER) == SERVED
    assert set(found(FOLDER)) == {*SERVED, *FIXTURES}


def test_every_clock_is_as_its_procedure_says(profiles: dict[str, Partnership]) -> None:
    written = [line for name in OPEN for clock in profiles[name].clocks.values() for line in [row(name, clock)]]
    assert sorted(written) == sorted(CLOCKS.strip().splitlines())


def row(partnership: str, clock: Clock) -> str:
    colours = [f"{rag}: {said(amount)}" if rag else said(amount) for rag, amount in clock.amounts.items()]
    cited = " ".join(dict.fromkeys(clock.cited(rag) for rag in clock.amounts))
    return f"{partnership} | {clock.name} | {', '.join(colours)} | {clock.anchor} | {clock.owner} | {cited}"


def said(amount: Amount | NoAmount) -> str:
    if isinstance(amount, NoAmount):
        return "none"
    if amount.kind is Kind.SCHOOL:
        return str(amount.kind)
    if amount.kind is Kind.WORKING_DAYS:
        return f"{amount.days} {amount.kind}"
    unit = timedelta(days=1) if amount.kind is Kind.DAYS else timedelta(hours=1)
    return f"{amount.length / unit:g} {amount.kind}"


def test_hours_and_zone_of_each(profiles: dict[str, Partnership]) -> None:
    for name, (zone, most_days, friday) in OPEN.items():
        calendar = profiles[name].time.calendar
        assert (calendar.zone.key, profiles[name].zone.key) == (zone, zone)
        assert [str(calendar.week[day]) for day in sorted(calendar.week)] == [*[most_days] * 4, friday], name


def test_J_04_jersey_has_its_own_holidays(profiles: dict[str, Partnership]) -> None:
    liberation = datetime(2028, 5, 9, tzinfo=UTC).date()
    assert profiles["jersey"].time.calendar.hours(liberation) is None
    assert all(profiles[name].time.calendar.hours(liberation) for name in OPEN if name != "jersey")


def test_G_13_terms_are_gloucestershire_s_alone(profiles: dict[str, Partnership]) -> None:
    school = profiles["gloucestershire"].time.school
    assert school is not None
    assert (len(school.terms), str(school.terms[0].first), str(school.terms[-1].last)) == (
        18,
        "2025-09-02",
        "2028-07-21",
    )
    assert [name for name in OPEN if profiles[name].time.school] == ["gloucestershire"]


def cases() -> Iterator[tuple[str, str, Rag | None]]:
    for name in OPEN:
        for clock in find(name, FOLDER).clocks.values():
            yield from ((name, clock.name, rag) for rag in clock.amounts if clock.name != "encompass-notification")


@pytest.mark.parametrize(("partnership", "clock", "rag"), list(cases()))
def test_every_clock_computes_from_the_first_of_2024_to_the_last_of_2029(
    profiles: dict[str, Partnership], partnership: str, clock: str, rag: Rag | None
) -> None:
    one = profiles[partnership].clocks[clock]
    for anchor in (datetime(2024, 1, 1, tzinfo=UTC), datetime(2029, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        instant = due(one, rag, anchor)
        assert (instant is None) == isinstance(one.amounts[rag], NoAmount)
        assert instant is None or instant > anchor


def test_H_11_all_but_seven_of_hackney_s_organisations_are_on_the_bus(profiles: dict[str, Partnership]) -> None:
    """Adding one is configuration plus its consumer."""
    missing = {one.id for name in SERVED for one in profiles[name].organisations if not one.connected}
    assert missing == {
        "london-probation", "hackney-early-help", "hackney-domestic-abuse", "hackney-csc", "turning-point",
        "hackney-housing", "elft-camhs-crisis",
    }  # fmt: skip


def test_no_organisation_is_two_legal_bodies(profiles: dict[str, Partnership]) -> None:
    ids = [one.id for profile in profiles.values() for one in profile.organisations]
    assert len(ids) == len(set(ids))


def test_reading_7_an_earlier_version_is_kept_byte_for_byte_under_its_own_version(tmp_path: Path) -> None:
    """It is not served, and known by the version that deadlines carry."""
    written = (FOLDER / "hackney.toml").read_text()
    (tmp_path / "past" / "hackney").mkdir(parents=True)
    (tmp_path / "past" / "hackney" / "4.toml").write_text(written)
    version = load("hackney", FOLDER).version
    (tmp_path / "hackney.toml").write_text(written.replace("version = 4", "version = 5"))
    profile = load("hackney", tmp_path)
    assert known(tmp_path) == ("hackney",)
    assert profile.as_of(version).version == version
    assert profile.as_of("1+unknown") is profile


@pytest.mark.parametrize("name", SERVED)
def test_reading_7_the_profiles_before_these_are_kept(profiles: dict[str, Partnership], name: str) -> None:
    kept = load(name, FOLDER).past
    assert [one.partition("+")[0] for one in kept] == (["2", "3"] if name == "hackney" else ["1", "2"])
    for earlier in kept.values():
        assert set(earlier.clocks) == set(profiles[name].clocks)


def test_what_an_earlier_version_named_is_kept_for_the_cases_that_go_by_it(tmp_path: Path) -> None:
    written = (FOLDER / "hackney.toml").read_text()
    (tmp_path / "past" / "hackney").mkdir(parents=True)
    (tmp_path / "past" / "hackney" / "1.toml").write_text(
        f'{written}\n[pathways.lost]\ntitle = "Lost"\nasks = []\nclocks = []\n'
    )
    (tmp_path / "hackney.toml").write_text(written)
    with pytest.raises(ProfileRefused, match=r"hackney.toml: pathways: leaves out 'lost' of version .*: keep it"):
        load("hackney", tmp_path)
