"""Which of a case's own deadlines end where somebody else's work stands for the hub's."""

from uuid import UUID

from mashbus.domain.case import Case

ACKNOWLEDGED = "EmailSent:acknowledgement"
"""Owed whatever becomes of a contact (M-03)."""


def ended_with(name: str, case: Case) -> tuple[UUID, ...]:
    """Of those that are owed still: neither met by that record itself, nor by the acknowledgement."""
    watch = case.watch
    return tuple(
        one.deadline_id
        for one in watch.deadlines.values()
        if one.subject == case.case_id
        and one in (watch.in_force(one.subject, one.clock), watch.standing_still(one.subject, one.clock))
        and watch.met_at(one) is None
        and not {name, ACKNOWLEDGED} & set(one.met_by)
    )
