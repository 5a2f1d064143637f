"""A referral from a partner's own system, restated: the organisation's topic says who sends it."""

from datetime import datetime

from mashbus.contracts import agency, hub
from services.intake.contacts import referral
from services.intake.understanding import Said

_ITS_OWN = frozenset({"meta", "submission_key"})


def said_in(record: agency.ReferralSubmitted) -> Said:
    """The contact's own fields. The broker's append time is the receipt."""
    own = {name: value for name, value in vars(record).items() if name not in _ITS_OWN}
    return {"received_at": None, **own}


def received(organisation: str, record: agency.ReferralSubmitted, said: Said, at: datetime) -> hub.ReferralReceived:
    """`submission_key` plays the part of the Idempotency-Key."""
    return referral(organisation, record.submission_key, record.meta.partnership, said, at)
