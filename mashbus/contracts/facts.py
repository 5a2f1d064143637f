"""The identity of a fact that a case states: its id comes from the case, so that deciding again says the same thing."""

from datetime import datetime
from uuid import UUID

from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.case import Case


def stated(case: Case, kind: type[Record], at: datetime, cause: UUID | None = None, round_: int = 1) -> Meta:
    """A fact stated once in a case, or once a round."""
    return Meta(
        event_id=ids.once(case.case_id, kind.__name__, round_),
        partnership=case.partnership,
        case_id=case.case_id,
        occurred_at=at,
        cause_id=cause,
    )


def copied(fact: Record, kind: type[Record], recipient: object, at: datetime) -> Meta:
    """A record made from a fact, for one recipient."""
    return Meta(
        event_id=ids.caused(fact.meta.event_id, kind.__name__, recipient),
        partnership=fact.meta.partnership,
        case_id=fact.meta.case_id,
        occurred_at=at,
        cause_id=fact.meta.event_id,
    )
