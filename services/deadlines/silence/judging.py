"""When an organisation counts as silent, and when as back. Pure: what was seen and said in, what to say out.

Silent is who has records waiting and has not moved a committed offset for the profile's time while it owes answers. Of
an organisation with several groups the least behind counts, and any of them that moves is a sign of life; one that
never connected has no group and everything waiting.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids

STILL_LOOKS = 3
"""Looks that must have seen nothing move, however far bus time has jumped: a step of the clock is no silence."""
MOVED_LOOKS = 2
"""Looks in a row that must find other offsets than at the silence: a broker that is just coming back may not know a
group yet, and an empty answer about offsets is never believed at once (trap 50)."""


class Commit(NamedTuple):
    group: str
    partition: int
    offset: int
    """The next one to be consumed, above 0: who stands at 0 has consumed nothing."""


Commits = frozenset[Commit]


@dataclass(frozen=True)
class Owed:
    """What an organisation owes one partnership."""

    requests: int
    earliest_due: datetime | None


@dataclass(frozen=True)
class Watched:
    """What has been seen of an organisation's requests: how far its groups are, and since when they have not moved."""

    commits: Commits
    lag: int
    since: datetime
    """Bus time of the first look that saw these offsets with something waiting."""
    looks: int

    def silent_for(self, after: timedelta, at: datetime) -> bool:
        return self.lag > 0 and self.looks >= STILL_LOOKS and at - self.since >= after


def lag_of(commits: Commits, begins: Mapping[int, int], ends: Mapping[int, int]) -> int:
    """Records that the least behind group has still to consume. What the broker no longer keeps waits for nobody."""
    groups = {one.group for one in commits} or {""}
    at = {(one.group, one.partition): one.offset for one in commits}
    return min(
        sum(max(0, end - max(at.get((group, partition), 0), begins[partition])) for partition, end in ends.items())
        for group in groups
    )


def seen(before: Watched | None, commits: Commits, lag: int, began: datetime, ended: datetime) -> Watched:
    """After another look, which was asked for at `began` and answered by `ended`."""
    if before and before.commits == commits and before.lag and lag:
        return replace(before, lag=lag, looks=before.looks + 1, since=min(before.since, began))
    return Watched(commits, lag, since=ended, looks=1)


def silence_of(partnership: str, organisation: str, commits: Commits) -> UUID:
    """The same silence has the same id, whoever says it and however often."""
    places = (f"{one.group}/{one.partition}/{one.offset}" for one in sorted(commits))
    return ids.derived("PartnerSilent", partnership, organisation, *places)


def silent(partnership: str, organisation: str, watched: Watched, owed: Owed, at: datetime) -> hub.PartnerSilent:
    event_id = silence_of(partnership, organisation, watched.commits)
    return hub.PartnerSilent(
        meta=Meta(event_id=event_id, partnership=partnership, case_id=None, occurred_at=at),
        organisation=organisation,
        owes=owed.requests,
        earliest_due=owed.earliest_due,
        since=watched.since,
    )


def back(silence: hub.PartnerSilent, at: datetime) -> hub.PartnerBack:
    cause = silence.meta.event_id
    event_id, partnership = ids.caused(cause, "PartnerBack"), silence.meta.partnership
    return hub.PartnerBack(
        meta=Meta(event_id=event_id, partnership=partnership, case_id=None, occurred_at=at, cause_id=cause),
        organisation=silence.organisation,
        silent_since=silence.since,
    )


@dataclass
class Said:
    """What the log says of silences. The two records of one lie in different partitions, so they come in any order."""

    _silences: dict[UUID, hub.PartnerSilent] = field(default_factory=dict)
    _ended: set[UUID] = field(default_factory=set)
    _moved: Counter[UUID] = field(default_factory=Counter)

    def take(self, record: Record) -> None:
        if isinstance(record, hub.PartnerSilent) and record.meta.event_id not in self._ended:
            self._silences.setdefault(record.meta.event_id, record)
        elif isinstance(record, hub.PartnerBack) and record.meta.cause_id:
            self._ended.add(record.meta.cause_id)
            self._silences.pop(record.meta.cause_id, None)
            self._moved.pop(record.meta.cause_id, None)

    def open(self, partnership: str, organisation: str) -> tuple[hub.PartnerSilent, ...]:
        return tuple(
            one
            for one in self._silences.values()
            if (one.meta.partnership, one.organisation) == (partnership, organisation)
        )

    def ended_by(self, commits: Mapping[str, Commits]) -> Iterable[hub.PartnerSilent]:
        """The silences whose organisations have moved on since. `commits`: by organisation, of one whole look."""
        for silence in tuple(self._silences.values()):
            if silence.organisation not in commits:
                continue
            said, organisation = silence.meta.event_id, silence.organisation
            still = said == silence_of(silence.meta.partnership, organisation, commits[organisation])
            self._moved[said] = 0 if still else self._moved[said] + 1
            if self._moved[said] >= MOVED_LOOKS:
                yield silence
