"""POST /v1/referrals: a contact read, restated as our fact, and acknowledged once the broker has it (promise P1)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import Fault, NotPossible, NotReadable
from mashbus.bus.metrics import REFERRALS
from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from services.intake.contacts import referral, without_its_own_numbers
from services.intake.forms import ReferralForm
from services.intake.not_recorded import check_recorded
from services.intake.sending import Sending
from services.intake.stated import misdated
from services.intake.understanding import Said, meaningless, without_the_meaningless

WHAT = "a referral"


class LeftOut(BaseModel):
    """What was not understood in a report of immediate harm: it was taken without."""

    where: str
    problem: str
    remedy: str


class Taken(BaseModel):
    """The referral is in the log of every replica. `reference` is for people, `case_id` for systems."""

    reference: str
    case_id: str
    left_out: list[LeftOut] | None = None


async def take(form: ReferralForm, key: str, caller: Caller, sending: Sending) -> Taken:
    """Raises NotReadable, NotPossible, NotToBeRecorded, KeyUsedOtherwise, Unavailable, OutcomeUnknown."""
    at = sending.clock.now()
    said, faults = _understood(form, caller.partnership, at)
    record = without_its_own_numbers(restated(said, key, caller, at), caller.key.organisation, caller.partnership)
    await check_recorded(record, key, caller, sending)
    case_id = ids.case_of_client(caller.key.client, key)
    if await sending.once(case_id, record.content_hash, record):
        REFERRALS.labels(caller.partnership.name, form.channel.value).inc()
    told = [LeftOut(**asdict(fault)) for fault in faults] or None
    return Taken(reference=record.reference, case_id=str(case_id), left_out=told)


def restated(said: Said, key: str, caller: Caller, at: datetime) -> hub.ReferralReceived:
    return referral(caller.key.client, key, caller.partnership.name, said, at)


def _understood(form: ReferralForm, partnership: Partnership, at: datetime) -> tuple[Said, Sequence[Fault]]:
    """What is taken, and what was left out of it. Raises NotReadable, NotPossible, with every fault at once.

    A report of immediate harm is neither: a wrong date is left out like a wrong name, and it came when it came (P8).
    """
    said = form.said()
    strange = meaningless(said, partnership)
    dates = list(misdated("/received_at", form.received_at, at, partnership.opening_clocks(form.contact_type)))
    if form.concern.immediate_harm:
        said = {**said, "received_at": None if dates else said["received_at"]}
    elif dates:
        raise NotReadable(WHAT, [*dates, *strange])
    elif strange:
        raise NotPossible(strange)
    return without_the_meaningless(said, partnership), [*dates, *strange]
