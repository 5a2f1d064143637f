"""`mashbus deadline explain`: the instant, the steps, the exit code, and one sentence where there is no answer."""

import hashlib
from pathlib import Path

import pytest
from asking import PARTNERSHIPS, explain, explained, mashbus, refusal

RED = ("jersey", "agency-response", "red", "2026-03-10T10:00:00Z")


def test_J_11_one_working_day_that_ends_at_friday_s_early_closing() -> None:
    answer = explained("jersey", "agency-response", "amber", "2026-05-07T16:45:00+01:00")
    file = hashlib.sha256((PARTNERSHIPS / "jersey.toml").read_bytes()).hexdigest()[:8]
    steps = answer.pop("steps")
    assert answer == {
        "partnership": "jersey",
        "profile": f"3+{file}",
        "clock": "agency-response",
        "rag": "amber",
        "from": "2026-05-07T15:45:00Z",
        "due": "2026-05-08T15:30:00Z",
        "due_local": "2026-05-08T16:30:00+01:00",
        "at_risk": "2026-05-08T13:26:15Z",
    }
    assert [step["kind"] for step in steps] == ["working_day", "clamped"]
    assert (steps[0]["from"], steps[-1]["to"]) == (answer["from"], answer["due"])
    assert all(step.keys() == {"kind", "from", "to", "reason"} and "J-11" in step["reason"] for step in steps)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-10T10:00:00.5Z", "2026-03-10T10:00:00.500000Z"),
        ("2026-03-10T10:00:00.000001Z", "2026-03-10T10:00:00.000001Z"),
        ("2026-03-10T10:00:00.000000Z", "2026-03-10T10:00:00Z"),
        ("2026-03-10T10:00Z", "2026-03-10T10:00:00Z"),
        ("2026-03-10T10:00:00z", "2026-03-10T10:00:00Z"),
        ("2026-03-10T15:30:00+05:30", "2026-03-10T10:00:00Z"),
        ("2026-03-10T05:00:00-0500", "2026-03-10T10:00:00Z"),
    ],
)
def test_reading_6_instants_are_kept_to_the_microsecond(written: str, read: str) -> None:
    answer = explained("jersey", "agency-response", "red", written)
    assert answer["from"] == read
    assert answer["due"] == read.replace("T10", "T14")


def test_the_local_instant_has_the_offset_then_in_force() -> None:
    answer = explained("hackney", "csc-screening", None, "2026-10-24T12:00:00+01:00")
    assert answer["rag"] is None
    assert (answer["due"], answer["due_local"]) == ("2026-10-25T11:00:00Z", "2026-10-25T11:00:00+00:00")


def test_C_12_a_colour_without_a_time_is_an_answer_and_says_why() -> None:
    answer = explained("cambridgeshire", "agency-response", "blue", "2026-03-10T10:00:00Z")
    assert (answer["due"], answer["due_local"], answer["at_risk"]) == (None, None, None)
    [step] = answer["steps"]
    assert step["reason"] == "C-12: the procedure sets no hours for agencies' answers"
    assert "no time runs" in explain("medway", "agency-response", None, "2026-03-10T10:00:00Z").stdout


def test_fixtures_are_found_by_name_and_any_profile_by_its_path(tmp_path: Path) -> None:
    luton = explained("luton", "rag-response", "red", "2026-03-13T16:00:00Z")
    assert luton["due"] == "2026-03-13T20:00:00Z", "works on through closing"
    copy = tmp_path / "a copy.toml"
    copy.write_bytes((PARTNERSHIPS / "fixtures" / "luton.toml").read_bytes())
    assert explained(str(copy), "rag-response", "red", "2026-03-13T16:00:00Z") == luton


# -- reading 7 -------------------------------------------------------------------------------------------------------


def test_reading_7_more_urgent_is_the_earlier_of_both() -> None:
    answer = explained("hackney", "agency-response", "green", "2026-03-10T10:00:00Z", "red@2026-03-10T11:00:00Z")
    assert (answer["rag"], answer["due"]) == ("green", "2026-03-10T15:00:00Z")
    assert answer["rerate"] == [{"rag": "red", "at": "2026-03-10T11:00:00Z"}]


def test_reading_7_ratings_follow_one_another() -> None:
    answer = explained(
        "hackney", "agency-response", "green", "2026-03-10T10:00:00Z",
        "red@2026-03-10T11:00:00Z", "red@2026-03-10T12:00:00Z", "amber@2026-03-10T13:00:00Z",
    )  # fmt: skip
    assert answer["due"] == "2026-03-11T10:00:00Z", "from the first anchor; the same colour again changed nothing"


def test_reading_7_to_a_colour_without_a_clock_and_back() -> None:
    green = explained("jersey", "agency-response", "red", "2026-03-10T10:00:00Z", "green@2026-03-10T11:00:00Z")
    assert green["due"] is None
    assert green["steps"][-1]["kind"] == "withdrawn"
    assert "J-12" in green["steps"][-1]["reason"]
    again = explained(
        "jersey",
        "agency-response",
        "red",
        "2026-03-10T10:00:00Z",
        "green@2026-03-10T11:00:00Z",
        "red@2026-03-10T12:00:00Z",
    )
    assert again["due"] == "2026-03-10T16:00:00Z"


def test_G_05_blue_is_not_on_the_ladder() -> None:
    answer = explained("gloucestershire", "rag-response", "red", "2026-03-10T10:00:00Z", "blue@2026-03-10T11:00:00Z")
    assert answer["due"] == "2026-03-11T11:00:00Z"


# -- no answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("jersey", "x", None, RED[3]), "jersey has no clock 'x'; it has: agency-response, mash-decision"),
        (("jersey", RED[1], None, RED[3]), "the clock agency-response needs a colour: red, amber, green"),
        (("jersey", RED[1], "blue", RED[3]), "has no colour 'blue'; its colours are red, amber, green"),
        (("jersey", RED[1], "UNKNOWN", RED[3]), "has no colour 'UNKNOWN'"),
        (("medway", "acknowledgement", "red", RED[3]), "the clock acknowledgement has no colours"),
        (("kent", RED[1], "red", RED[3]), "there are: cambridgeshire, gloucestershire, hackney, jersey, luton, medway, surrey"),
        (("/no/such.toml", RED[1], "red", RED[3]), "no partnership '/no/such.toml'"),
        (("jersey", RED[1], "red", "2026-03-10T10:00:00"), "neither an offset nor Z"),
        (("jersey", RED[1], "red", "2026-02-30T10:00:00Z"), "impossible instant"),
        (("jersey", RED[1], "red", "2026-03-10T24:01:00Z"), "impossible instant"),
        (("jersey", RED[1], "red", "0001-01-01T00:00:00+01:00"), "impossible instant"),
        (("jersey", RED[1], "red", "2026-03-10T10:00:00.0000001Z"), "more than 6 fractional digits"),
        (("jersey", RED[1], "red", "2026-03-10"), "no instant; write"),
        (("jersey", RED[1], "red", "today"), "no instant; write"),
        (("jersey", RED[1], "red", "9999-12-31T23:00:00Z"), "too far away"),
        (("jersey", RED[1], "amber", "2030-12-31T17:00:00Z"), "the calendar is known from 1 December 2023 until 31 December 2030"),
        (("gloucestershire", "encompass-notification", None, "2028-07-21T08:00:00Z"), "until 21 July 2028"),
        (("gloucestershire", "encompass-notification", None, "2025-09-01T12:00:00Z"), "from 2 September 2025"),
    ],
)  # fmt: skip
def test_no_answer_ends_with_2_and_a_sentence_that_says_what_there_is(question: tuple[str, ...], said: str) -> None:
    assert said in refusal(explain(*question))
    assert said in refusal(explain(*question, "--json"))


@pytest.mark.parametrize(
    ("rerate", "said"),
    [
        (["amber@2026-03-10T09:59:59Z"], "comes before the clock starts, at 2026-03-10T10:00:00Z"),
        (["amber@2026-03-10T12:00:00Z", "green@2026-03-10T11:00:00Z"], "give them in order"),
        (["amber"], "'amber' is no re-rating; write amber@2026-06-08T09:00:00Z"),
        (["blue@2026-03-10T12:00:00Z"], "its colours are red, amber, green"),
        (["amber@2026-03-10T12:00:00"], "neither an offset nor Z"),
    ],
)
def test_reratings_that_cannot_be_are_refused(rerate: list[str], said: str) -> None:
    assert said in refusal(explain(*RED, *(word for one in rerate for word in ("--rerate", one))))


def test_a_profile_that_is_refused_answers_nothing(tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.toml"
    spoiled.write_text((PARTNERSHIPS / "jersey.toml").read_text().replace("red = { hours = 4 }", "red = 4", 1))
    said = refusal(explain(str(spoiled), "agency-response", "red", RED[3]))
    assert "the profile is refused: spoiled.toml:" in said
    assert "an amount without a kind" in said


def test_half_a_question_is_told_what_it_lacks() -> None:
    assert "needs --partnership, --clock and --from" in refusal(
        mashbus("deadline", "explain", "--partnership", "jersey")
    )


# -- for people ------------------------------------------------------------------------------------------------------


def test_the_page_says_local_times_weekdays_and_what_was_skipped() -> None:
    page = explain("jersey", "agency-response", "amber", "2024-05-08T10:00:00+01:00").stdout
    assert "Jersey Children and Families Hub: agency-response, amber" in page
    assert "Fri 10 May 2026" not in page
    assert "Fri 10 May 2024 10:00 BST" in page
    assert "Thu 9 May Liberation Day" in page
    assert "owed by each agency asked" in page
    assert "\x1b" not in page, "no colours where nobody looks at a terminal"


def test_reading_14_within_a_year_of_the_calendar_s_end_somebody_is_told(tmp_path: Path) -> None:
    soon = explain("jersey", "agency-response", "red", "2030-01-02T10:00:00Z")
    assert soon.exit_code == 0
    assert soon.stderr == "mashbus: the calendar of jersey is known until 2030-12-31 only: see docs/deadlines.md\n"
    ending = tmp_path / "ending.toml"
    ending.write_text((PARTNERSHIPS / "jersey.toml").read_text().replace("2030-12-31", "2026-12-31"))
    assert "known until 2026-12-31 only" in explain(str(ending), "agency-response", "red", RED[3]).stderr


def test_reading_14_terms_that_end_are_told_of_too() -> None:
    answer = explain("gloucestershire", "encompass-notification", None, "2028-01-10T12:00:00Z")
    assert answer.exit_code == 0
    assert "the list of terms of gloucestershire is known until 2028-07-21 only" in answer.stderr
