"""Which clocks a record starts, from which instant and for whom; and what a new colour makes of those that run.

A colour that a clock sets no time for arms nothing, and nothing is invented for it (C-12). A clock without colours does
not see them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.clocks import Anchor, Clock, computed, rerated
from mashbus.domain.contact import Contact
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.domain.watch import Watch

ROUTING = "CaseRouted"
"""Every rated case starts these. Others start at the opening, run per request, or are named by a pathway."""


def at_opening(case_id: UUID, contact: Contact, partnership: Partnership) -> tuple[Deadline, ...]:
    """Every contact's own clocks, from its receipt."""
    clocks = partnership.opening_clocks(contact.contact_type)
    return tuple(
        filter(None, (_computed(one, None, contact.received_at, case_id, one.owner, partnership) for one in clocks))
    )


def at_routing(
    case: Case, rag: Rag, pathways: Iterable[str], partnership: Partnership, at: datetime
) -> tuple[Deadline, ...]:
    """The hub's own clocks that the colour starts (J-09, G-05) and those of the pathways (H-06)."""
    return _started(case, hub_clocks(partnership, pathways), rag, partnership, at)


def taken_up_again(case: Case) -> tuple[Deadline, ...]:
    """What another case's or the holder's work stood for, and what is owed again as the case is rated after all.

    With the instants it had: whoever took the case for another's did not stop its clocks.
    """
    if not case.asks_nobody:
        return ()
    watch, own = case.watch, {one.clock for one in case.watch.deadlines.values() if one.subject == case.case_id}
    newest = filter(None, (watch.newest(case.case_id, clock) for clock in sorted(own)))
    ended = (one for one in newest if one.deadline_id in watch.ceased and not {ROUTING, *watch.off} & set(one.met_by))
    return tuple(_again(one) for one in ended if watch.met_at(one) is None)


def at_rerating(
    case: Case, rag: Rag, pathways: Iterable[str], partnership: Partnership, at: datetime
) -> tuple[Deadline, ...]:
    """The hub's clocks of the pathways that the re-rating adds, from receipt (H-06) or from the re-rating itself."""
    known = {one.name for one in hub_clocks(partnership, case.pathways)}
    added = (one for one in hub_clocks(partnership, pathways) if one.name not in known)
    return _started(case, added, rag, partnership, at)


def hub_rerated(
    case: Case, rag: Rag, partnership: Partnership, at: datetime
) -> tuple[tuple[Deadline, ...], tuple[UUID, ...]]:
    """Reading 7 for the hub's own clocks: the next revisions, and the deadlines that the new colour ends."""
    stated, ended = [], []
    for clock in hub_clocks(partnership, case.pathways):
        newest = case.watch.newest(case.case_id, clock.name)
        if not _coloured(clock) or (newest and case.watch.met_at(newest)):
            continue
        first = _first_anchor(clock, case, case.routed_at or at)
        changed = _rerated(clock, rag, case.watch, at, first, case.case_id, clock.owner, partnership)
        if changed is not None:
            stated.append(changed)
        elif newest and _is_owed(case.watch, newest):
            ended.append(newest.deadline_id)
    return tuple(stated), tuple(ended)


def answer_clock(partnership: Partnership) -> Clock | None:
    """The clock that agencies' answers run against, if the profile has one."""
    return next((one for one in partnership.clocks.values() if one.runs_per_request), None)


def of_request(
    request_id: UUID, organisation: str, rag: Rag, partnership: Partnership, at: datetime
) -> Deadline | None:
    """When the answer is due, asked at `at`; None where the procedure sets no time (M-06, C-12).

    Whoever is asked owes it, whatever role the profile names: the answer comes on that organisation's topic.
    """
    clock = answer_clock(partnership)
    if clock is None:
        return None
    return _computed(clock, rag, at, request_id, organisation, partnership)


def request_rerated(case: Case, request: Request, rag: Rag, partnership: Partnership, at: datetime) -> Deadline | None:
    """Reading 7 for a request: None where no time runs from now on."""
    clock = answer_clock(partnership)
    if clock is None:
        return None
    if not _coloured(clock):
        return case.watch.in_force(request.request_id, clock.name)
    owner, asked_at = request.organisation, request.asked_at
    return _rerated(clock, rag, case.watch, at, asked_at, request.request_id, owner, partnership)


def hub_clocks(partnership: Partnership, pathways: Iterable[str]) -> tuple[Clock, ...]:
    """What the hub itself owes a case that goes these ways."""
    named = {name for pathway in pathways for name in partnership.pathways[pathway].clocks}
    return tuple(one for one in partnership.clocks.values() if one.started_by == ROUTING or one.name in named)


def _started(
    case: Case, clocks: Iterable[Clock], rag: Rag, partnership: Partnership, at: datetime
) -> tuple[Deadline, ...]:
    deadlines = (
        _computed(one, rag, _first_anchor(one, case, at), case.case_id, one.owner, partnership) for one in clocks
    )
    return tuple(filter(None, deadlines))


def _computed(
    clock: Clock, rag: Rag | None, anchor: datetime, subject: UUID, owner: str, partnership: Partnership
) -> Deadline | None:
    colour = rag if _coloured(clock) else None
    return computed(clock, colour, anchor, subject=subject, owner=owner, profile=partnership.version)


def _rerated(
    clock: Clock, rag: Rag, watch: Watch, at: datetime, first_anchor: datetime, subject: UUID, owner: str,
    partnership: Partnership,
) -> Deadline | None:  # fmt: skip
    """By the profile that computed the deadline first, where that is kept (reading 7).

    A deadline that stands still has no instant to compare with: it runs again, as from a colour without a clock.
    """
    newest = watch.newest(subject, clock.name)
    profile = partnership.as_of(newest.profile) if newest else partnership
    changed = rerated(
        profile.clocks.get(clock.name, clock), rag, watch.in_force(subject, clock.name), at, first_anchor=first_anchor,
        subject=subject, owner=owner, profile=profile.version, revision=newest.revision + 1 if newest else 1,
    )  # fmt: skip
    if changed is None or newest is None or watch.standing_still(subject, clock.name) is None:
        return changed
    return replace(changed, steps=(*newest.steps, *changed.steps[1:]))  # time did run, before it stood still


def _again(ended: Deadline) -> Deadline:
    revision = ended.revision + 1
    again = ids.deadline_of(ended.subject, ended.clock, revision)
    return replace(ended, deadline_id=again, revision=revision)


def _is_owed(watch: Watch, deadline: Deadline) -> bool:
    still = watch.standing_still(deadline.subject, deadline.clock)
    return deadline in (still, watch.in_force(deadline.subject, deadline.clock))


def _first_anchor(clock: Clock, case: Case, routed_at: datetime) -> datetime:
    assert case.contact is not None
    return case.contact.received_at if clock.anchor is Anchor.RECEIPT else routed_at


def _coloured(clock: Clock) -> bool:
    return None not in clock.amounts
