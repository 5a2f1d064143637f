"""What procedure says must not be recorded (C-06, promise P8): asked before anything of a contact goes anywhere.

Its sender is told; of the contact itself nothing is published, quarantined, logged or remembered. What remains is a
count, which can't be led back: see `count_under`. So the same key may be used again once consent was obtained.
"""

import hmac
from datetime import datetime
from uuid import UUID

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import Refusal
from mashbus.bus.metrics import NOT_RECORDED
from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import referral_contact
from mashbus.domain import ids
from mashbus.domain.facts import of_contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import NotRecorded
from mashbus.domain.rules import first_match
from services.intake.sending import Sending

REMEDY = (
    "Nothing of it was kept. When what it rests on has changed, or was left out by mistake, send it again whole, under "
    "the same key or a new one. A child in immediate danger: say so in `concern.immediate_harm`; that is always taken."
)
_COUNTED = ""
"""Stands for the content where a count is remembered: nothing of the contact does."""


class NotToBeRecorded(Refusal):
    """422: the notice, its requirement, and by which facts; never a value."""

    def __init__(self, rule: NotRecorded) -> None:
        rests_on = sorted({condition.fact for condition in rule.conditions})
        fault = {"where": "", "problem": f"{rule.notice} ({rule.requirement})", "remedy": REMEDY}
        super().__init__(
            422,
            "not-recorded",
            "This contact is not recorded",
            rule.notice,
            requirement=rule.requirement,
            rests_on=rests_on,
            faults=[fault],
        )


def why_not(record: hub.ReferralReceived, partnership: Partnership, at: datetime) -> NotRecorded | None:
    """The rule by which it is not recorded. A report of immediate harm always is, whatever a profile says."""
    if not partnership.not_recorded or record.concern.immediate_harm:
        return None
    return first_match(partnership.not_recorded, of_contact(referral_contact(record, at), partnership))


async def check_recorded(record: hub.ReferralReceived, key: str, caller: Caller, sending: Sending) -> None:
    """Raises NotToBeRecorded once the count is in the log; as `Sending.once` where that is not known."""
    at = record.meta.occurred_at
    rule = why_not(record, caller.partnership, at)
    if rule is None:
        return
    count_id = count_under(caller.key.sha256, key)
    count = counted(rule, record, count_id)
    if await sending.once(count_id, _COUNTED, count):
        NOT_RECORDED.labels(caller.partnership.name, rule.name).inc()
    raise NotToBeRecorded(rule)


def count_under(secret: str, key: str) -> UUID:
    """The count's id: the same for each retry, and nobody who reads the log can tell whose it is.

    A case's id is made of the client and his key, and many number their keys; made of the same two, the count of a
    contact that was not recorded could be led to the case that it became with consent. So it takes the hash of the API
    key's secret, which is in no record.
    """
    return ids.derived("not-recorded", hmac.new(secret.encode(), key.encode(), "sha256").hexdigest())


def count_of_submission(organisation: str, submission_id: UUID) -> UUID:
    """A partner's topic has no secret: the id of its own record serves, which no record of ours about a case holds."""
    return ids.caused(submission_id, hub.ContactNotRecorded.__name__, organisation)


def counted(rule: NotRecorded, record: hub.ReferralReceived, count_id: UUID) -> hub.ContactNotRecorded:
    return hub.ContactNotRecorded(
        meta=Meta(
            event_id=count_id,
            partnership=record.meta.partnership,
            case_id=None,
            occurred_at=record.meta.occurred_at,
        ),
        rule=rule.name,
        requirement=rule.requirement,
        channel=record.channel,
    )
