"""Decisions that a case's state or the actor's role does not allow: said on the record, never dropped."""

from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Partnership
from mashbus.domain.rules import Facts, all_matches


def not_allowed(case: Case, partnership: Partnership, decision: str, claimed: str, actor: Actor) -> str | None:
    """Why this actor may not take this decision on this case at all; None where he may."""
    if claimed != case.partnership:
        return "the case belongs to another partnership"
    if actor.role not in partnership.decides.get(decision, frozenset()):
        return f"the role '{actor.role}' may not take this decision; sign-off: {_roles(partnership, decision)}"
    return None


def held_by(of: str, facts: Facts, partnership: Partnership) -> tuple[str, ...]:
    """What the profile's guards say against a decision, each with its requirement; empty where none holds."""
    guards = (one for one in partnership.guards if one.of == of)
    return tuple(f"{one.reason} ({one.requirement})" for one in all_matches(guards, facts))


def refusal(
    case: Case, refused_id: UUID, decision: str, actor: Actor, reason: str, at: datetime
) -> hub.DecisionRefused:
    return hub.DecisionRefused(
        meta=Meta(
            event_id=ids.caused(refused_id, "DecisionRefused"),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=refused_id,
        ),
        refused_id=refused_id,
        decision=decision,
        actor=actor,
        reason=reason,
    )


def _roles(partnership: Partnership, decision: str) -> str:
    return ", ".join(sorted(partnership.decides.get(decision, ()))) or "nobody"
