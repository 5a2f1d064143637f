"""The alarms of Operation Encompass (G-13): a key adult could not be told, so a person must tell him.

Who finds out says so at once: triage of what no address is known for, mailer and intake of what was not delivered.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.letters import requested_id
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.encompass import (
    NO_ADDRESS,
    NO_SCHOOL_DAY,
    NO_SETTING,
    NOT_VERIFIED,
    UNDELIVERED,
    UNKNOWN_SETTING,
)
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind

SETTING = "setting"
"""The kind of recipient that a key adult is."""
_TELL_BY_PHONE = "Tell the key adult yourself, before the next school day starts, and record that you did."
REASONS: Mapping[str, str] = {
    NO_SETTING: f"Of a child the school or nursery is not known. Find it out. {_TELL_BY_PHONE}",
    UNKNOWN_SETTING: f"A child's school or nursery is not in the directory of settings. {_TELL_BY_PHONE}",
    NO_ADDRESS: f"The directory has no address of a child's school or nursery. {_TELL_BY_PHONE}",
    NOT_VERIFIED: f"The address of a child's school or nursery was never verified: nothing was sent. {_TELL_BY_PHONE}",
    UNDELIVERED: f"An email to a key adult was not delivered: nobody was told. {_TELL_BY_PHONE}",
    NO_SCHOOL_DAY: (
        "No school day is known to follow the incident, so that no deadline runs: it is long ago, its date is "
        f"mistyped, or the terms have run out. {_TELL_BY_PHONE}"
    ),
}


def recipient(urn: str) -> str:
    """Which of the settings an email goes to."""
    return f"{SETTING}/{urn}"


def email_id(called_id: UUID, urn: str) -> UUID:
    """Of the EmailRequested that a setting is sent because of that EncompassCalled."""
    return requested_id(called_id, EmailKind.ENCOMPASS_NOTIFICATION, recipient(urn))


def alarm_of(problem: str) -> str:
    return f"encompass-{problem.replace('_', '-')}"


def alarmed(problem: str, cause_id: UUID, case_id: UUID, partnership: Partnership, at: datetime) -> hub.AlertRaised:
    """Once for its cause. Names no child and no setting: many may read it."""
    assert partnership.encompass is not None
    alert = alarm_of(problem)
    return hub.AlertRaised(
        meta=Meta(
            event_id=ids.caused(cause_id, hub.AlertRaised.__name__, alert),
            partnership=partnership.name,
            case_id=case_id,
            occurred_at=at,
            cause_id=cause_id,
        ),
        alert=alert,
        requirement=partnership.encompass.requirement,
        teams=(partnership.encompass.team,),
        reasons=(REASONS[problem],),
    )
