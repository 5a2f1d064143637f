"""What channels say of emails they had taken, restated as facts: the name that an email went by leads to its case.

Nothing is kept here, and a fact takes its id from its email: receipts that come again, late or in another order change
nothing. Receipts of emails that are not ours are thanked for and counted: a channel would send a refused one again.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.body import JSON, check_kind, whole
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import Fault, NotReadable
from mashbus.bus.http.reading import Form, read
from mashbus.bus.metrics import EMAIL_RECEIPTS
from mashbus.contracts import hub
from mashbus.contracts.email_reference import EmailReference, read_reference
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.undelivered import undelivered
from mashbus.domain import ids
from services.intake.notices import NotANotice, read_notice
from services.intake.sending import Sending

NOTICE = "message/rfc822"
LIMIT = 256 * 1024
"""Bytes: a notice of non-delivery may quote the whole email, and ours are of a few thousand.

Anybody can send to the mailbox that notices come from, and a mail made for it takes the parser seconds per megabyte.
"""
_REFUSALS = (400, 401, 403, 408, 413, 415, 503, 504)
DELIVERED, DELAYED = "delivered", "delayed"
BOUNCED = frozenset({"permanent-failure", "temporary-failure"})
"""Of Notify: temporary means that it tried for days and gave up."""
GIVEN_UP = "technical-failure"


class ReceiptForm(Form):
    """As GOV.UK Notify documents it. What we do not name, the address among it, is not read."""

    model_config = ConfigDict(extra="ignore")

    reference: Annotated[str, Field(max_length=1000)] | None = None
    status: Annotated[str, Field(max_length=100)]


class Noted(BaseModel):
    """`recorded`: the fact that it became, or none: delivered, delayed, or no email of ours."""

    recorded: str | None


def router(access: Access, sending: Sending) -> APIRouter:
    made = APIRouter(prefix="/v1/emails", tags=["emails"], dependencies=[Depends(BEARER)])
    receipts = Depends(access.to("receipts"))
    receipt = {JSON: {"schema": ReceiptForm.model_json_schema()}}
    notice = {NOTICE: {"schema": {"type": "string"}}}

    @made.post(
        "/receipts",
        status_code=202,
        summary="A delivery receipt of GOV.UK Notify",
        responses=problems(*_REFUSALS),
        openapi_extra={"requestBody": {"required": True, "content": receipt}},
    )
    async def take_receipt(request: Request, caller: Annotated[Caller, receipts]) -> Noted:
        """Notify's callback: whether who is owed an email has got it (M-03, M-05, H-10). No Idempotency-Key is needed.

        **Who may:** a key with the permission `receipts`.
        """
        check_kind(request, JSON)
        said = read(ReceiptForm, await whole(request, LIMIT), "a delivery receipt")
        return await _note(read_reference(said.reference), said.status, said.status, "notify", caller, sending)

    @made.post(
        "/bounces",
        status_code=202,
        summary="A notice of non-delivery (RFC 3464)",
        responses=problems(*_REFUSALS),
        openapi_extra={"requestBody": {"required": True, "content": notice}},
    )
    async def take_notice(request: Request, caller: Annotated[Caller, receipts]) -> Noted:
        """The whole message as it reached the sender's mailbox: an email came back (M-03, M-05, H-10).

        **Who may:** a key with the permission `receipts`.
        """
        check_kind(request, NOTICE)
        try:
            said = await asyncio.to_thread(read_notice, await whole(request, LIMIT))
        except NotANotice as fault:
            remedy = "send a multipart/report with a message/delivery-status part, as mail systems write it"
            raise NotReadable("a notice of non-delivery", [Fault("", str(fault), remedy)]) from None
        return await _note(said.reference, said.status, said.code, "smtp", caller, sending)

    return made


async def _note(
    reference: EmailReference | None, status: str, reason: str, channel: str, caller: Caller, sending: Sending
) -> Noted:
    if reference is None or reference.partnership != caller.partnership.name:
        _count(caller, channel, "foreign")
        return Noted(recorded=None)
    record = _restated(reference, status, reason, channel, sending)
    if record is None:
        _count(caller, channel, status if status in {DELIVERED, DELAYED} else "other")
        return Noted(recorded=None)
    alarm = undelivered(record, caller.partnership, record.meta.occurred_at)
    if await sending.once(record.meta.event_id, "", record, *filter(None, (alarm,))):
        _count(caller, channel, status)
    return Noted(recorded=type(record).__name__)


def _restated(
    reference: EmailReference, status: str, reason: str, channel: str, sending: Sending
) -> hub.EmailBounced | hub.EmailFailed | None:
    """Delivered says no more than EmailSent without a bounce, which is all that SMTP ever says: it is only counted."""

    def meta(kind: type[Record]) -> Meta:
        return Meta(
            event_id=ids.caused(reference.email_id, kind.__name__),  # as the mailer makes it from the email itself
            partnership=reference.partnership,
            case_id=reference.case_id,
            occurred_at=sending.clock.now(),
            cause_id=reference.email_id,
        )

    if status in BOUNCED:
        return hub.EmailBounced(meta=meta(hub.EmailBounced), kind=reference.kind, reason=reason, channel=channel)
    if status == GIVEN_UP:
        return hub.EmailFailed(
            meta=meta(hub.EmailFailed), kind=reference.kind, reason=reason, attempts=0, channel=channel
        )
    return None


def _count(caller: Caller, channel: str, status: str) -> None:
    EMAIL_RECEIPTS.labels(caller.partnership.name, channel, status).inc()
