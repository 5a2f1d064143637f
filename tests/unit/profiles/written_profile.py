"""A profile that holds a bit of everything, as text to be spoiled line by line."""

from pathlib import Path

from mashbus.domain.partnership import Partnership
from mashbus.profiles import ProfileRefused, load

NAME = "somewhere"
TEXT = """\
version = 3
name = "somewhere"
title = "Somewhere"
zone = "Europe/London"
ratings = ["red", "amber", "green"]
required = ["concern.summary"]

[decides]
rating = ["mash_manager"]

[hours]
monday = "09:00-17:00"
tuesday = "09:00-17:00"
wednesday = "09:00-17:00"
thursday = "09:00-17:00"
friday = "09:00-16:30"

[calendar]
holidays = { country = "GB", subdivision = "ENG" }
known_until = 2030-12-31
closed = { 2026-06-05 = "the office moves" }
open = ["2026-05-25"]
hours = { 2026-12-24 = "09:00-12:00" }

[school]
starts = "08:45"
terms = [
  ["2026-01-05", "2026-02-13"],
  ["2026-02-23", "2026-03-27"],
]

[readings]
working_day_ends = "same_time"

[monitor]
silent_after = "15m"

[clocks.agency-response]
requirement = "S-01"
anchor = "request"
started_by = "InformationRequested"
owner = "agency"
met_by = ["InformationReturned", "RequestDeclined"]
colours = { red = { hours = 4 }, amber = { working_days = 1, requirement = "S-02" }, green = { none = "not asked" } }

[clocks.screening]
requirement = "S-03"
anchor = "receipt"
started_by = "pathway"
owner = "hub"
met_by = ["OutcomeDecided"]
amount = { days = 2 }

[clocks.school-told]
requirement = "S-04"
anchor = "incident"
started_by = "MilestoneRecorded:incident"
owner = "hub"
met_by = ["MilestoneRecorded:school-told"]
amount = { before_next_school_day = true }

[clocks.acknowledgement]
requirement = "S-05"
anchor = "receipt"
started_by = "CaseOpened"
owner = "hub"
met_by = ["EmailSent:acknowledgement"]
suspendable = true
amount = { working_days = 1 }

[pathways.mash]
title = "MASH"
asks = ["police"]
clocks = ["screening"]

[[organisations]]
id = "some-police"
name = "Some police"
role = "police"
connected = false
purpose = "History"
shared = ["child.given_name"]

[outcomes]
advice = "Advice was given."

[messages.acknowledgement]
subject = "Received: $reference"
body = "The $partnership has received $reference."
"""


def changed(*changes: tuple[str, str]) -> str:
    """The text with each line of `old` in place of which `new` stands; every `old` must be there once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def loaded(folder: Path, text: str = TEXT) -> Partnership:
    (folder / f"{NAME}.toml").write_text(text)
    return load(NAME, folder)


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    try:
        loaded(folder, text)
    except ProfileRefused as refused:
        return refused.faults
    return ()
