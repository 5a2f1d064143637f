"""Whom to tell at once, and of what: the profile's alerts whose conditions hold, and every flagged risk (H-09).

Raised once a case, or once a flag, however often the case is looked at. They wait for nobody's decision. An alert is
emailed and stands in views that many may read: it says the profile's reason, and which indicators there are is said by
the recommendation and the picture (J-08).
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import alert_key
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import AT_FLAG, AT_OPENING, Alert
from mashbus.domain.rules import Facts, holds


def alerted(case: Case, facts: Facts, partnership: Partnership, at: datetime) -> hub.AlertRaised | None:
    """The next alert that is due and was not raised yet."""
    due = _due(case, facts, partnership)
    return next((_raised(case, alert, flag, at) for alert, flag in due), None)


def _due(case: Case, facts: Facts, partnership: Partnership) -> Iterator[tuple[Alert, UUID | None]]:
    for alert in partnership.alerts:
        if alert.on == AT_FLAG and holds(alert, facts):
            yield from (
                (alert, flag.flag_id) for flag in case.flags if alert_key(alert.name, flag.flag_id) not in case.alerted
            )
        elif alert.on == AT_OPENING and alert.name not in case.alerted and _still_asked(case) and holds(alert, facts):
            yield alert, None


def _still_asked(case: Case) -> bool:
    """A case that has its outcome is nobody's sudden news; a flag always is. What was returned is open no more, and
    if it reports immediate harm somebody must know all the same.
    """
    harm = case.contact is not None and case.contact.concern.immediate_harm
    return not case.decided and (not case.returned or harm)


def _raised(case: Case, alert: Alert, flag_id: UUID | None, at: datetime) -> hub.AlertRaised:
    return hub.AlertRaised(
        meta=Meta(
            event_id=_id(case, alert, flag_id),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=flag_id,
        ),
        alert=alert.name,
        requirement=alert.requirement,
        teams=alert.teams,
        reasons=(alert.reason,),
    )


def _id(case: Case, alert: Alert, flag_id: UUID | None) -> UUID:
    kind = hub.AlertRaised.__name__
    return ids.caused(flag_id, kind, alert.name) if flag_id else ids.once(case.case_id, f"{kind}/{alert.name}")
