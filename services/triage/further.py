"""A further notification of a police incident, when the case has gone its way without it (G-11: windows overlap).

Before, it is simply part of the contact. Afterwards nobody is asked twice: a person is alerted, and decides.
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import alert_key
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.contact import Further
from mashbus.domain.partnership import Partnership

FURTHER = "further-notification"
"""The alert's name."""
REQUIREMENT = "G-11"
_CHILD = (
    "Another notification of the same incident names another child, whom nobody was asked about. "
    "Decide what is to be done."
)
_GRAVER = "Another notification of the same incident is graver than those before it. Decide what is to be done."
_NATURE = (
    "Another notification of the same incident gives it another name than those before it. Decide what is to be done."
)


def told_again(case: Case, partnership: Partnership, at: datetime) -> hub.AlertRaised | None:
    """The next notification that brought news too late and was not alerted yet."""
    late = (one for one in _late(case) if alert_key(FURTHER, one.event_id) not in case.alerted)
    one = next(late, None)
    if one is None:
        return None
    return hub.AlertRaised(
        meta=Meta(
            event_id=ids.caused(one.event_id, hub.AlertRaised.__name__, FURTHER),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=one.event_id,
        ),
        alert=FURTHER,
        requirement=REQUIREMENT,
        teams=partnership.alarmed,
        reasons=tuple(
            reason for reason, holds in ((_CHILD, one.children), (_GRAVER, one.graver), (_NATURE, one.nature)) if holds
        ),
    )


def _late(case: Case) -> Iterator[Further]:
    contact = case.contact
    if contact is None or not (case.routed or case.asks_nobody):
        return
    for number, one in enumerate(contact.further, start=2):
        if one.is_news and not _went_along(case, number, one):
            yield one


def _went_along(case: Case, number: int, one: Further) -> bool:
    """Whether the case went its way with it: who was asked is told of what the routing states; the holder acts on the
    children that he was told of, and on no harm, and on what it was called then.
    """
    if case.routed:
        return number <= case.routed_on
    return case.passed_instead and not (one.graver or one.nature) and set(one.children) <= case.passed_children
