"""A profile that cannot be armed is refused when it is loaded: every fault, with file, line and reason."""

from pathlib import Path

import pytest
from written_profile import NAME, TEXT, changed, faults_of, loaded

from mashbus.profiles import ProfileRefused, UnknownPartnership, find, found, known, load

HOURS = TEXT[TEXT.index("[hours]") : TEXT.index("[calendar]")]
CALENDAR = TEXT[TEXT.index("[calendar]") : TEXT.index("[school]")]
SCHOOL = TEXT[TEXT.index("[school]") : TEXT.index("[readings]")]
AMBER = 'amber = { working_days = 1, requirement = "S-02" }'
GREEN = 'green = { none = "not asked" }'

REFUSED = {
    # what is wrong: (change), what stands on the line that is named, what is said
    "hours that end before they start": (
        ('tuesday = "09:00-17:00"', 'tuesday = "17:00-09:00"'), 'tuesday = "17:00-09:00"', "end before they start",
    ),
    "hours that end when they start": (
        ('tuesday = "09:00-17:00"', 'tuesday = "09:00-09:00"'), "tuesday", "end before they start",
    ),
    "hours that are none": (('tuesday = "09:00-17:00"', 'tuesday = "9-5"'), "tuesday", "write 08:30-17:00"),
    "hours of no time of day": (('tuesday = "09:00-17:00"', 'tuesday = "09:00-25:00"'), "tuesday", "no time of day"),
    "a day of the week that is none": (('tuesday = "09:00-17:00"', 'Tuesday = "09:00-17:00"'), "Tuesday", "only friday"),
    "an amount without a kind": (
        ("red = { hours = 4 }", "red = 4"), "colours = { red = 4", "an amount without a kind: write { hours = 4 }",
    ),
    "an amount that names no kind": (
        ("red = { hours = 4 }", "red = {}"), "colours = ", "without a kind; there are: hours, days, working_hours",
    ),
    "an amount of two kinds": (
        ("red = { hours = 4 }", "red = { hours = 4, working_hours = 4 }"), "colours = ", "hours, working_hours",
    ),
    "an amount of a kind that there isn't": (
        ("red = { hours = 4 }", "red = { fortnights = 4 }"), "colours = ", "nothing of this name",
    ),
    "an amount of nothing": (("red = { hours = 4 }", "red = { hours = 0 }"), "colours = ", "greater than 0"),
    "an amount of true": (("red = { hours = 4 }", "red = { hours = true }"), "colours = ", "valid number"),
    "half a working day": (("amount = { working_days = 1 }", "amount = { working_days = 0.5 }"), "amount = { working_days = 0.5", "integer"),
    "colours and an amount": (
        ("amount = { days = 2 }", "amount = { days = 2 }\ncolours = { red = { hours = 4 } }"),
        "[clocks.screening]", "either `colours`",
    ),
    "neither colours nor an amount": (("amount = { days = 2 }", ""), "[clocks.screening]", "either `colours`"),
    "a rating left out": ((f", {GREEN}", ""), "colours = ", "leaves out green"),
    "a colour that is no rating": (
        (GREEN, f'{GREEN}, blue = {{ none = "not shared" }}'), "colours = ", "blue is no rating",
    ),
    "an unknown record that meets": (
        ('["InformationReturned", "RequestDeclined"]', '["InformationReturned", "AnswerSent"]'),
        "met_by = ", "no record 'AnswerSent' can meet a clock; there are: InformationReturned",
    ),
    "an unknown email that meets": (
        ('"EmailSent:acknowledgement"', '"EmailSent:acknowlegement"'), "acknowlegement", "can meet a clock",
    ),
    "a milestone without a name": (
        ('"MilestoneRecorded:school-told"', '"MilestoneRecorded"'), '["MilestoneRecorded"]', "can meet a clock",
    ),
    "an unknown record that starts": (
        ('started_by = "MilestoneRecorded:incident"', 'started_by = "IncidentHappened"'),
        "IncidentHappened", "nothing called 'IncidentHappened' starts a clock",
    ),
    "an unknown anchor": (
        ('anchor = "incident"', 'anchor = "accident"'), "accident", "'receipt', 'request', 'decision', 'allocation'",
    ),
    "a clock of every contact that counts from elsewhere": (
        ('anchor = "receipt"\nstarted_by = "CaseOpened"', 'anchor = "incident"\nstarted_by = "CaseOpened"'),
        'anchor = "incident"\nstarted_by = "CaseOpened"', "counts from receipt",
    ),
    "a clock of every request that counts from elsewhere": (
        ('anchor = "request"', 'anchor = "receipt"'), 'anchor = "receipt"\nstarted_by = "Info', "counts from request",
    ),
    "a second clock of every request": (
        ('anchor = "receipt"\nstarted_by = "pathway"', 'anchor = "request"\nstarted_by = "InformationRequested"'),
        'started_by = "InformationRequested"\nowner = "hub"', "every request starts 'agency-response' already",
    ),
    "a clock of a routing that counts from what is to come": (
        ('anchor = "receipt"\nstarted_by = "pathway"', 'anchor = "allocation"\nstarted_by = "pathway"'),
        'anchor = "allocation"', "there is no allocation yet",
    ),
    "a clock that no pathway starts": (
        ('clocks = ["screening"]', "clocks = []"), 'started_by = "pathway"', "it would never start",
    ),
    "a pathway with another's clock": (
        ('clocks = ["screening"]', 'clocks = ["screening", "acknowledgement"]'),
        "clocks = [", "'acknowledgement' is started by CaseOpened",
    ),
    "a pathway with a clock that there isn't": (
        ('clocks = ["screening"]', 'clocks = ["screening", "sreening"]'), "clocks = [", "there is no clock 'sreening'",
    ),
    "a share of more than all": (
        ("amount = { days = 2 }", "amount = { days = 2 }\nat_risk_share = 75"), "at_risk_share", "no share",
    ),
    "a suspendable school clock": (
        ("amount = { before_next", "suspendable = true\namount = { before_next"), "amount = { before", "suspended",
    ),
    "no [school]": ((SCHOOL, ""), "amount = { before_next", "there is no [school]"),
    "a term that ends before it starts": (
        ('"2026-02-23", "2026-03-27"', '"2026-03-27", "2026-02-23"'), "2026-03-27", "before it starts",
    ),
    "terms that overlap": (('"2026-02-23", ', '"2026-02-13", '), '2026-02-13", "2026-03', "overlaps the term from"),
    "a term of one day too few": (('["2026-02-23", "2026-03-27"]', '["2026-02-23"]'), '["2026-02-23"]', "is missing"),
    "a term that is no date": (('"2026-02-23"', '"23 February"'), "23 February", "no date; write 2026-06-05"),
    "a term after the calendar's end": (
        ('"2026-02-23", "2026-03-27"', '"2031-01-05", "2031-03-27"'), "2031", "the calendar is known until 2030-12-31",
    ),
    "no known_until": (
        ("known_until = 2030-12-31\n", ""), "[calendar]", "known_until is missing",
    ),
    "a known_until that is no date": (
        ("known_until = 2030-12-31", 'known_until = "the end of 2030"'), "known_until", "is no date",
    ),
    "a closed day that is no date": (
        ("2026-06-05 = ", '"5 June" = '), "closed = ", "'5 June' is no date",
    ),
    "a closed day after the calendar's end": (("2026-06-05", "2031-06-05"), "closed = ", "comes after known_until"),
    "a closed day that is open too": (("2026-06-05", "2026-05-25"), "closed = ", "closed here and open below"),
    "a day open twice": (("2026-12-24 = ", "2026-05-25 = "), "open = ", "name it once"),
    "a worked holiday that is none": (("2026-05-25", "2026-05-26"), "open = ", "a Tuesday, is no holiday"),
    "a worked day without hours": (("2026-05-25", "2026-05-24"), "open = ", "a Sunday, which has no hours"),
    "an unknown zone": (("Europe/London", "Europe/Lundon"), "zone = ", "unknown time zone 'Europe/Lundon'"),
    "an unknown country": (('country = "GB"', 'country = "UK!"'), "holidays = ", "England is GB, Jersey JE"),
    "an unknown part of a country": (('"ENG"', '"KENT"'), "holidays = ", "'KENT' is no part of GB; there are: ENG"),
    "an unknown reading": (("working_day_ends", "working_days_end"), "working_days_end", "only at_risk_of, hours_and"),
    "a reading of unknown value": (('"same_time"', '"midnight"'), "midnight", "must be 'same_time' or 'closing'"),
    "a span that is none": (('"15m"', '"a while"'), "silent_after", "write 15m, 1h30m or PT15M"),
    "an item that no referral has": (('"concern.summary"', '"concern.mood"'), "required", "concern.mood"),
}  # fmt: skip


@pytest.mark.parametrize("change", REFUSED)
def test_a_profile_that_cannot_be_armed_is_refused_with_file_line_and_reason(change: str, tmp_path: Path) -> None:
    spoiling, on_the_line, said = REFUSED[change]
    text = changed(spoiling)
    faults = faults_of(tmp_path, text)
    line = 1 + text[: text.index(on_the_line)].count("\n")
    named = [one for one in faults if one.startswith(f"{NAME}.toml:{line}: ")]
    assert named, faults
    assert any(said in one for one in named), faults


def test_the_text_that_is_spoiled_is_not_refused(tmp_path: Path) -> None:
    assert loaded(tmp_path).name == NAME


def test_working_clocks_need_hours(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, changed((HOURS, ""), ('open = ["2026-05-25"]\n', "")))
    assert len(faults) == 2
    assert all("there are no [hours]" in one for one in faults)


def test_working_clocks_and_school_clocks_need_a_calendar_that_says_how_far_it_goes(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, changed((CALENDAR, "")))
    assert len(faults) == 3
    assert all("known_until" in one for one in faults)


def test_reading_1_set_to_working_makes_days_need_hours(tmp_path: Path) -> None:
    elapsed = changed(
        (HOURS, ""), ('open = ["2026-05-25"]\n', ""), (AMBER, "amber = { hours = 24 }"),
        ("amount = { working_days = 1 }", "amount = { hours = 24 }"),
    )  # fmt: skip
    assert faults_of(tmp_path, elapsed) == ()
    read = elapsed.replace('working_day_ends = "same_time"', 'hours_and_days = "working"')
    assert len(faults_of(tmp_path, read)) == 4, "red, amber, the screening and the acknowledgement"


def test_elapsed_clocks_need_neither_hours_nor_calendar(tmp_path: Path) -> None:
    school = TEXT[TEXT.index("[clocks.school-told]") : TEXT.index("[clocks.acknowledgement]")]
    elapsed = changed(
        (HOURS, ""), (CALENDAR, ""), (SCHOOL, ""), (school, ""), (AMBER, "amber = { hours = 24 }"),
        ("amount = { working_days = 1 }", "amount = { hours = 24 }"),
    )  # fmt: skip
    assert faults_of(tmp_path, elapsed) == ()


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    text = changed(
        ('tuesday = "09:00-17:00"', 'tuesday = "17:00-09:00"'),
        ("red = { hours = 4 }", "red = 4"),
        ('anchor = "incident"', 'anchor = "accident"'),
        ("Europe/London", "Europe/Lundon"),
    )
    assert len(faults_of(tmp_path, text)) == 4


def test_what_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert "somewhere.toml: " in faults_of(tmp_path, "[hours\n")[0]


def test_a_file_named_otherwise_than_its_partnership_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text(TEXT)
    with pytest.raises(ProfileRefused, match=r"elsewhere.toml:2: name: is 'somewhere'"):
        load("elsewhere", tmp_path)
    assert find(str(tmp_path / "elsewhere.toml"), tmp_path).name == NAME, "a path is read whatever it is called"


def test_fixtures_are_found_by_commands_and_served_by_nothing(tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    loaded(tmp_path / "fixtures")
    assert known(tmp_path) == ()
    assert found(tmp_path) == (NAME,)
    assert find(NAME, tmp_path).name == NAME
    with pytest.raises(UnknownPartnership):
        load(NAME, tmp_path)
    with pytest.raises(UnknownPartnership, match="there are: somewhere"):
        find("nowhere", tmp_path)
