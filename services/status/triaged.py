"""What triage said of a case before or instead of routing it: a recommendation, another way, an alert.

Only what the catalogue does not mark as personal: the indicators of a recommendation are narrative, so the picture
names them, and the view says only that there are some.
"""

from dataclasses import dataclass
from datetime import datetime

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Handling, Rag


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What the profile's rules recommend to the person who decides."""

    rag: Rag
    level: str | None
    pathways: tuple[str, ...]
    rule: str | None
    reasons: tuple[str, ...]
    held: tuple[str, ...]
    """Why the bus does not route it by itself."""

    @classmethod
    def of(cls, record: hub.RoutingRecommended) -> "Recommendation":
        return cls(
            rag=record.rag,
            level=record.level,
            pathways=record.pathways,
            rule=record.rule,
            reasons=record.reasons,
            held=record.held,
        )


@dataclass(frozen=True, kw_only=True)
class Directed:
    """Which way a contact goes that is no ordinary referral."""

    contact_type: str
    handling: Handling
    team: str | None
    reason: str
    requirement: str

    @classmethod
    def of(cls, record: hub.ContactDirected) -> "Directed":
        return cls(
            contact_type=record.contact_type,
            handling=record.handling,
            team=record.team,
            reason=record.reason,
            requirement=record.requirement,
        )


@dataclass(frozen=True, kw_only=True)
class Alerted:
    """Whom the hub told at once, and why."""

    at: datetime
    alert: str
    requirement: str
    teams: tuple[str, ...]
    reasons: tuple[str, ...]


def also(alerts: tuple[Alerted, ...], record: hub.AlertRaised, appended: datetime) -> tuple[Alerted, ...]:
    """In the order in which they were raised."""
    raised = Alerted(
        at=appended, alert=record.alert, requirement=record.requirement, teams=record.teams, reasons=record.reasons
    )
    return tuple(sorted((*alerts, raised), key=lambda one: (one.at, one.alert)))
