"""What is known, passed on, met about and told to schools, to be spoiled line by line, after `procedure_profile`."""

from pathlib import Path

from procedure_profile import WHOLE
from written_profile import NAME, faults_of, loaded

from mashbus.domain.partnership import Partnership

FILE = f"{NAME}-settings.toml"
SETTINGS = """\
[[settings]]
urn = "900001"
name = "Example School"
email = "key-adult@school.example"
verified_on = 2026-01-12

[[settings]]
urn = "900002"
name = "Example Nursery"
email = "key-adult@nursery.example"

[[settings]]
urn = "900003"
name = "Example Academy"
"""
MEMORY = (
    (
        WHOLE
        + """\

[messages.encompass_notification]
subject = "Operation Encompass: $reference"
body = "Please call us."

[known]
holders = ["some-police"]
recently = { months = 3 }
re_referral = { months = 12 }
duplicate = { hours = 48 }
alarms = "managers"
team = "duty"

[[passes_on]]
name = "open"
requirement = "S-11"
on = "contact"
instead = true
when = { involvement = { is = "open" }, open_to = { any = ["social_care"] } }
reason = "It is open."

[[passes_on]]
name = "closed-lately"
requirement = "S-12"
on = "outcome"
instead = false
when.involvement.is = "recently_closed"
when.outcomes.any = ["advice"]
reason = "It was closed lately."

[meetings.daily]
title = "The daily meeting"
requirement = "S-13"
days = ["monday", "wednesday"]
at = "09:30"
also_closed = true
roles = ["mash_manager"]
results = { watched = "It is watched" }

[[meetings.daily.items]]
when = { rating = { is = "red" } }
reason = "It is red."

[[meetings.daily.items]]
when = { re_referrals = { at_least = 2 }, linked = { is = true } }
reason = "It comes again and again."

[[meetings.daily.items]]
when = { standing = { any = ["school-told"] } }
stays = true
reason = "It stands."

[milestones.school-called]
title = "The school called back"
requirement = "S-14"
roles = ["mash_manager"]
ends = "school-told"

[pathways.for-the-meeting]
title = "For the meeting"
asks = ["police"]
clocks = []
meeting = "daily"

[clocks.school-told-soon]
requirement = "S-14"
anchor = "incident"
started_by = "EncompassCalled"
owner = "hub"
met_by = ["EmailSent:encompass_notification", "MilestoneRecorded:school-told"]
amount = { before_next_school_day = true }

[encompass]
requirement = "S-14"
clock = "school-told-soon"
natures = ["domestic abuse"]
ages = [2, 18]
team = "duty"
settings = "somewhere-settings.toml"

[reports]
suppress_below = 10

[teams.managers]
title = "Managers"
email = "managers@hub.example"
"""
    )
    .replace(
        'outcomes = { advised = "Advised" }\n',
        'outcomes = { advised = "Advised" }\nquoted = true\nhours = { monday = "08:30-15:30", friday = "08:30-12:00" }\n',
    )
    .replace('reason = "Neglect of a young child."\n', 'reason = "Neglect of a young child."\nautomatic = true\n')
)


def spoiled_memory(old: str, new: str) -> str:
    assert MEMORY.count(old) == 1, old
    return MEMORY.replace(old, new)


def spoiled_settings(old: str, new: str) -> str:
    assert SETTINGS.count(old) == 1, old
    return SETTINGS.replace(old, new)


def with_settings(folder: Path, text: str = MEMORY, settings: str | None = SETTINGS) -> Partnership:
    _written(folder, settings)
    return loaded(folder, text)


def faults_with_settings(folder: Path, text: str = MEMORY, settings: str | None = SETTINGS) -> tuple[str, ...]:
    _written(folder, settings)
    return faults_of(folder, text)


def _written(folder: Path, settings: str | None) -> None:
    if settings is not None:
        (folder / FILE).write_text(settings)
