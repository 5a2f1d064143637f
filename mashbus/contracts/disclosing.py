"""The record of what was shared of a case: with whom, when, for what purpose, under which rule and version (H-15)."""

from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Request
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import LawfulBasis


def disclosure(
    case: Case, fact: Record, copy: Record, request: Request, disclosed: tuple[str, ...], rule: str,
    partnership: Partnership,
) -> hub.DisclosureMade:  # fmt: skip
    """For `copy` of a request, which was made from `fact`. `disclosed` names fields and never holds their values."""
    return shared(
        case, fact, copy, request.request_id, request.organisation, request.purpose, disclosed, rule, partnership
    )


def shared(
    case: Case, fact: Record, copy: Record, subject: UUID, organisation: str, purpose: str,
    disclosed: tuple[str, ...], rule: str, partnership: Partnership,
) -> hub.DisclosureMade:  # fmt: skip
    """For any `copy`. `subject`: the request, or what else was shared, that being the copy itself."""
    consent = case.consent or (case.contact.consent if case.contact else None)
    return hub.DisclosureMade(
        meta=copied(fact, hub.DisclosureMade, organisation, fact.meta.occurred_at),
        request_id=subject,
        organisation=organisation,
        purpose=purpose,
        disclosed=disclosed,
        shared_by=type(copy).__name__,
        rule=rule,
        profile=partnership.version,
        lawful_basis=consent.lawful_basis if consent else LawfulBasis.UNKNOWN,
    )
