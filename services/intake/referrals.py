"""POST /v1/referrals: a contact read, restated as our fact, and acknowledged once the broker has it (promise P1)."""

from datetime import datetime

from pydantic import BaseModel

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import Fault, NotReadable
from mashbus.bus.http.reading import read
from mashbus.bus.metrics import REFERRALS
from mashbus.contracts import hub
from mashbus.domain import ids
from services.intake.contacts import referral
from services.intake.forms import ReferralForm
from services.intake.sending import Sending
from services.intake.words import CLOCKS_DIFFER_BY

WHAT = "a referral"


class Taken(BaseModel):
    """The referral is in the log of every replica. `reference` is for people, `case_id` for systems."""

    reference: str
    case_id: str


async def take(body: bytes, key: str, caller: Caller, sending: Sending) -> Taken:
    """Raises NotReadable, KeyUsedOtherwise, Unavailable, OutcomeUnknown."""
    at = sending.clock.now()
    form = read(ReferralForm, body, WHAT)
    if form.received_at is not None and form.received_at > at + CLOCKS_DIFFER_BY:
        remedy = "send when it was received, or leave it out"
        raise NotReadable(WHAT, [Fault("/received_at", "lies in the future", remedy)])
    record = restated(form, key, caller, at)
    case_id = ids.case_of_client(caller.key.client, key)
    if await sending.once(case_id, record.content_hash, record):
        REFERRALS.labels(caller.partnership.name, form.channel.value).inc()
    return Taken(reference=record.reference, case_id=str(case_id))


def restated(form: ReferralForm, key: str, caller: Caller, at: datetime) -> hub.ReferralReceived:
    said = {
        "received_at": form.received_at,
        "channel": form.channel,
        "source": form.source,
        "referrer": form.referrer.value(),
        "children": tuple(one.value() for one in form.children),
        "adults": tuple(one.value() for one in form.adults),
        "concern": form.concern.value(),
        "consent": form.consent.value(),
    }
    return referral(caller.key.client, key, caller.partnership.name, said, at)
