"""A contact as our fact, wherever it came from: one identity and one content hash for the form and partners' topics."""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta
from mashbus.contracts.reference import reference_of
from mashbus.domain import ids
from services.intake.understanding import Said

_DEFAULTS = {name: field.default for name, field in hub.ReferralReceived.model_fields.items()}


def referral(client: str, key: str, partnership: str, said: Said, at: datetime) -> hub.ReferralReceived:
    """`said`: the contact's own fields. The same client, key and content give the same fact, whenever they come."""
    case_id = ids.case_of_client(client, key)
    return hub.ReferralReceived(
        meta=Meta(
            event_id=ids.once(case_id, "ReferralReceived"), partnership=partnership, case_id=case_id, occurred_at=at
        ),
        reference=reference_of(partnership, case_id),
        content_hash=content_hash(_beyond_defaults(said)),
        client=client,
        **said,
    )


def _beyond_defaults(said: Said) -> Said:
    """A field that the record gained later changes no older content's hash while nothing is said in it."""
    return {name: value for name, value in said.items() if value != _DEFAULTS[name]}
