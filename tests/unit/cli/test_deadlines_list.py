"""Which deadlines are listed, in which order, and how an organisation stands whatever is listed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from mashbus.bus.settings import checkout_folder
from mashbus.cli.deadlines_list import Listing, Wanted
from mashbus.cli.local_time import Zones
from mashbus.domain import ids
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.vocabulary import Rag
from mashbus.domain.watch import Watch

NOW = datetime(2026, 6, 8, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = Zones(checkout_folder("partnerships"))


def owed(subject: str, due: datetime, owner: str = "met-police", **changes: object) -> Deadline:
    key = ids.derived("test", subject)
    made = Deadline(
        deadline_id=ids.deadline_of(key, "agency-response"), subject=key, clock="agency-response", rag=Rag.RED,
        owner=owner, met_by=("InformationReturned",), anchor=due - 4 * HOUR, due=due, at_risk=due - HOUR, revision=1,
        profile="1", steps=(Step(kind="elapsed", starts=due - 4 * HOUR, ends=due, reason="test"),),
    )  # fmt: skip
    return replace(made, **changes)


def watch(*deadlines: Deadline, partnership: str = "hackney") -> Watch:
    return Watch(case_id=UUID(int=1), partnership=partnership).armed(deadlines, NOW - HOUR)


def listing(*watches: Watch, within: timedelta | None = None, states: tuple[str, ...] = ("running",),
            organisations: tuple[str, ...] = ()) -> Listing:  # fmt: skip
    made = Listing(Wanted(frozenset(), frozenset(organisations), frozenset(states), within), NOW)
    made.take(watches)
    return made


def dues(of: Listing) -> list[str]:
    return [one["due"] for one in map(json.loads, of.as_json(ZONES)) if one["kind"] == "deadline"]


def test_next_due_first_also_where_one_was_never_to_be_warned_of() -> None:
    found = listing(
        watch(owed("c", NOW + 3 * HOUR), owed("a", NOW + HOUR)),
        watch(owed("b", NOW + HOUR, at_risk=None), owed("d", NOW + HOUR)),
    )
    assert dues(found) == ["2026-06-08T09:00:00Z"] * 3 + ["2026-06-08T11:00:00Z"]


def test_within_lists_what_falls_due_until_then_and_what_is_past() -> None:
    made = watch(owed("a", NOW - HOUR), owed("b", NOW + HOUR), owed("c", NOW + 5 * HOUR))
    assert dues(listing(made, within=4 * HOUR)) == ["2026-06-08T07:00:00Z", "2026-06-08T09:00:00Z"]


def test_how_an_organisation_stands_does_not_depend_on_what_is_listed() -> None:
    lapsed, warned, far = owed("a", NOW - HOUR), owed("b", NOW + HOUR), owed("c", NOW + 5 * HOUR)
    made = watch(lapsed, warned, far).has_lapsed(lapsed.deadline_id)
    for states in (("running",), ("met",), ()):
        standing = listing(made, states=states).standings["hackney", "met-police", "red"]
        assert (standing.open, standing.at_risk, standing.lapsed, standing.next_due) == (2, 1, 1, warned.due)


def test_only_the_organisations_that_were_asked_for() -> None:
    made = watch(owed("a", NOW + HOUR), owed("b", NOW + HOUR, owner="homerton-health"))
    found = listing(made, organisations=("homerton-health",))
    assert list(found.standings) == [("hackney", "homerton-health", "red")]
    assert len(dues(found)) == 1


def test_nobody_owes_a_canary() -> None:
    found = listing(watch(owed("a", NOW + HOUR, clock="canary", owner="hub", rag=None, met_by=())), states=())
    assert (found.rows, dict(found.standings)) == ([], {})


def test_in_words_each_organisation_stands_by_what_it_has_due_next() -> None:
    police, health = owed("a", NOW + 3 * HOUR), owed("b", NOW + HOUR, owner="homerton-health")
    lines = list(listing(watch(police, health)).as_text(ZONES))
    assert lines[0] == "hackney: homerton-health"
    assert lines[1].split()[:7] == ["Mon", "2026-06-08", "10:00:00", "BST", "in", "1h", "red"]
    assert "at risk" in lines[1]
    assert lines[3] == "hackney: met-police"
    assert lines[-1] == "2 listed; 2 open, as of 2026-06-08T08:00:00Z bus time"
