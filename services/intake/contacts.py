"""A contact as our fact, wherever it came from: one identity and one content hash for the form and partners' topics."""

from dataclasses import replace
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta
from mashbus.contracts.reference import reference_of
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
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


def without_its_own_numbers(
    record: hub.ReferralReceived, organisation: str | None, partnership: Partnership
) -> hub.ReferralReceived:
    """A school's or trust's own number of a child may be another child's at the council: it leads to nobody (H-05).

    The content's hash is of what was sent: two newborns whom a hospital's numbers alone tell apart are two referrals.
    `organisation`: who refers; None where the hub's own form or a person does, whose number is the council's.
    """
    if organisation is None or organisation in partnership.known.holders:
        return record
    return record.model_copy(update={"children": tuple(replace(one, local_id=None) for one in record.children)})


def _beyond_defaults(said: Said) -> Said:
    """A field that the record gained later changes no older content's hash while nothing is said in it."""
    return {name: value for name, value in said.items() if value != _DEFAULTS[name]}
