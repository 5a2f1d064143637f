"""What `mashbus import cin` says: of the file, of what became of its children, and of the door. Never a value."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from mashbus.census.faults import Consequence
from mashbus.census.reading import Header
from mashbus.imports.census import Published
from mashbus.imports.sorting import Tally
from mashbus.imports.taking_in import OLDER_NEWS, TAKEN_WITHOUT

_TOLD = {
    OLDER_NEWS: "known to the hub by newer news than the file: what the hub holds stands",
    TAKEN_WITHOUT: "taken by the door without something, such as an identifier that is another child's too",
}


def header_said(header: Header, true_at: datetime) -> str:
    year = f"of {header.year}" if header.year else "of an unnamed year"
    return f"Children-in-need census {year}; true until {true_at:%A %-d %B %Y %H:%M} there, and no news after that"


def tally_said(tally: Tally, done: Published, *, dry_run: bool) -> Iterator[str]:
    yield f"{tally.children:>11,}  children read"
    yield f"{tally.held:>11,}  {'to be published' if dry_run else 'published'}, {tally.open:,} of them open"
    if not dry_run and (forgotten := done.published - tally.held) > 0:
        yield f"{forgotten:>11,}  published as forgotten, by their ids alone: no case any more"
    yield f"{tally.closed_long_ago:>11,}  closed long ago: longer than the profile asks about"
    yield f"{tally.no_case:>11,}  never a case: referrals without further action"
    yield f"{tally.refused:>11,}  refused"
    for (element, reason, consequence), count in sorted(tally.faults.items(), key=lambda one: -one[1]):
        what = "refused for it" if consequence is Consequence.REFUSED else "taken without it"
        yield f"{count:>11,}    {element} {reason}: {what}"
    if tally.ignored:
        yield f"{sum(tally.ignored.values()):>11,}  fields that nobody here knows, ignored: {_named(tally.ignored)}"


def door_said(done: Published) -> Iterator[str]:
    if done.left is None:
        return
    if done.left:
        yield (
            f"{done.left:,} records wait at the door, which has taken nothing in for a minute: is intake running? "
            "They wait in the topic; nothing need be imported again."
        )
    else:
        yield "The door has taken everything in."
    for reason, count in done.told.most_common():
        yield f"{count:>11,}  {_TOLD.get(reason, f'refused by the door: {reason} (mashbus quarantine list)')}"


def _named(ignored: Counter[str]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in ignored.most_common())
