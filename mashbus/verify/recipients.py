"""Whose addresses a case has: of referrers, of teams, organisations and schools of its partnership, of professionals.

Addresses are compared by their hashes; several people may share one.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.verify.evidence import Evidence
from mashbus.verify.memory_facts import Passed
from mashbus.verify.procedure_facts import Referred
from mashbus.verify.taking.procedure import address

PUBLIC, UNKNOWN = "public", "UNKNOWN"


class Teller(NamedTuple):
    """Somebody who referred."""

    referrer_id: UUID | None
    """None: the contact's own."""
    kind: str
    """Not known is treated as a member of the public: told least."""
    to: int | None


def referrers(evidence: Evidence, case_id: UUID, before: int | None = None) -> Iterator[Teller]:
    """All of them, or those known before an offset of the case's partition of mash.cases."""
    of = evidence.index.particulars.get(case_id)
    if of is not None and of.shape.referrer_kind is not None:
        yield Teller(None, _kind(of.shape.referrer_kind), of.to)
    for turn in evidence.index.turns.get(case_id, ()):
        if isinstance(turn, Referred) and (before is None or turn.place.offset < before):
            yield Teller(turn.event_id, _kind(turn.kind), turn.to)


def who_has(evidence: Evidence, case_id: UUID, to: int) -> int:
    """How many may be written to at that address."""
    of = evidence.index.particulars.get(case_id)
    if of is None:
        return 0
    found: Counter[int | None] = Counter(one.to for one in referrers(evidence, case_id))
    found.update(of.professionals)
    passed = (turn for turn in evidence.index.turns.get(case_id, ()) if isinstance(turn, Passed))
    found.update(one for turn in passed for holder in turn.holders for one in holder.spell.to)
    present = evidence.profiles.get(of.partnership)
    found.update(address(email) for email in _mailboxes(present) if email)
    return found[to]


def _mailboxes(profile: Partnership | None) -> Iterator[str | None]:
    if profile is not None:
        yield from (team.email for team in profile.teams.values())
        yield from (organisation.email for organisation in profile.organisations)
        yield from (one.email for one in (profile.encompass.settings.values() if profile.encompass else ()))


def _kind(kind: str) -> str:
    return PUBLIC if kind == UNKNOWN else kind
