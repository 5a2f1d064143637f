"""A referral from a partner's own system, restated: the organisation's topic says who sends it."""

from datetime import datetime

from mashbus.contracts import agency, hub
from services.intake.contacts import referral


def received(organisation: str, record: agency.ReferralSubmitted, at: datetime) -> hub.ReferralReceived:
    """`submission_key` plays the part of the Idempotency-Key; the broker's append time is the receipt."""
    said = {
        "received_at": None,
        "channel": record.channel,
        "source": record.source,
        "referrer": record.referrer,
        "children": record.children,
        "adults": record.adults,
        "concern": record.concern,
        "consent": record.consent,
    }
    return referral(organisation, record.submission_key, record.meta.partnership, said, at)
