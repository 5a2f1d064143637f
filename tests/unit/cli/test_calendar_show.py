"""`mashbus calendar show`: a year as a picture, and by name what is not an ordinary day."""

import os
import subprocess
import sys
from pathlib import Path

from asking import PARTNERSHIPS, mashbus, refusal


def shown(partnership: str, year: int) -> list[str]:
    answer = mashbus("calendar", "show", partnership, "--year", str(year))
    assert (answer.exit_code, answer.stderr) == (0, "")
    return answer.stdout.splitlines()


def month(lines: list[str], name: str) -> str:
    return next(line for line in lines if line.startswith(f"{name} "))


def test_J_04_jersey_s_may_with_liberation_day_and_shorter_fridays() -> None:
    lines = shown("jersey", 2028)
    assert month(lines, "May") == "May  x ■ ■ ■ ◧ · · ■ x ■ ■ ◧ · · ■ ■ ■ ■ ◧ · · ■ ■ ■ ■ ◧ · · x ■ ■"
    assert "  Tue  9 May  Liberation Day" in lines
    assert "Open Mon-Thu 08:30-17:00, Fri 08:30-16:30 (Europe/Jersey)" in lines


def test_every_day_of_the_year_is_there_once() -> None:
    for year, days in ((2027, 365), (2028, 366)):
        months = "".join(line[5:] for line in shown("hackney", year)[2:14])
        assert len(months.replace(" ", "")) == days


def test_the_columns_are_weekdays() -> None:
    lines = shown("medway", 2026)
    weekdays = lines[1]
    for line in lines[2:14]:
        assert {weekdays[at] for at, mark in enumerate(line) if mark == "·"} == {"S"}


def test_G_13_school_days_are_marked_beside_the_hub_s() -> None:
    lines = shown("gloucestershire", 2026)
    assert month(lines, "May") == "May          ■s· · x ■s■s■s■s· · ■s■s■s■s■s· · ■s■s■s■s■s· · x ■ ■ ■ ■ · ·"
    assert "s school days: 194" in lines
    assert "  Wed  2 Sep to Fri 23 Oct" in lines
    assert not any("school" in line for line in shown("hackney", 2026))


def test_one_offs_of_the_profile_are_seen(tmp_path: Path) -> None:
    profile = tmp_path / "with-one-offs.toml"
    own = 'known_until = 2030-12-31\nclosed = { 2026-06-05 = "The office moves" }\nopen = ["2026-05-25"]\n'
    own += 'hours = { 2026-12-24 = "09:00-12:00" }\n'
    profile.write_text((PARTNERSHIPS / "hackney.toml").read_text().replace("known_until = 2030-12-31\n", own))
    lines = shown(str(profile), 2026)
    assert "  Fri  5 Jun  The office moves" in lines
    assert lines.index("Other hours") < lines.index("  Thu 24 Dec  09:00-12:00")
    assert "  Mon 25 May  09:00-17:00" in lines, "a holiday that is worked"
    assert not any("Spring Bank Holiday" in line for line in lines)
    assert month(lines, "Dec") == "Dec    ■ ■ ■ ■ · · ■ ■ ■ ■ ■ · · ■ ■ ■ ■ ■ · · ■ ■ ■ ◆ x · · x ■ ■ ■"


def test_a_terminal_without_such_marks_gets_plain_ones() -> None:
    command = [sys.executable, "-m", "mashbus.cli", "calendar", "show", "jersey", "--year", "2028"]
    environment = {**os.environ, "MASHBUS_PARTNERSHIPS": str(PARTNERSHIPS), "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run(
        command, env=environment, cwd=PARTNERSHIPS.parent, capture_output=True, text=True, check=True
    )
    may = "May  x # # # + . . # x # # + . . # # # # + . . # # # # + . . x # #"
    assert month(shown.stdout.splitlines(), "May") == may


def test_a_year_that_nobody_knows_is_refused() -> None:
    said = refusal(mashbus("calendar", "show", "jersey", "--year", "2031"))
    assert said == "the calendar of jersey is known from 2023-12-01 until 2030-12-31"
    assert "there are: cambridgeshire" in refusal(mashbus("calendar", "show", "kent"))
