"""Who is written to when triage acts: the referrer, teams of the partnership, and whoever is invited.

Nothing of the case stands in a letter but its reference and the profile's own words; a school's says who its child is.
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.letters import (
    NOT_NAMED_BY_A_PRACTITIONER,
    ORGANISATION,
    PROFESSIONAL,
    TEAM,
    local,
    suppressed,
    to_address,
    to_referrer,
)
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Consent
from mashbus.domain.vocabulary import EmailKind, Handling, ReferrerKind
from services.triage.encompass import notified


def letters(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    yield from filter(None, _letters(case, record, partnership, at))


def _letters(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record | None]:
    match record:
        case hub.ReferralReturned(authority=None):
            items = "\n".join(f"- {item}" for item in record.missing)
            yield to_referrer(EmailKind.RETURNED, case, record, partnership, at, missing=items)
        case hub.ReferralReturned(authority=str(authority)):
            yield to_referrer(EmailKind.OUT_OF_AREA, case, record, partnership, at, authority=authority)
        case hub.CaseOpened():
            yield from _opened(case, record, partnership, at)
        case hub.AlertRaised() if record.meta.partnership == case.partnership:
            reason = "\n".join(f"- {one}" for one in record.reasons)
            yield from _to_teams(record.teams, record.alert, reason, case, record, partnership, at)
        case hub.ContactDirected():
            yield from _directed(case, record, partnership, at)
        case hub.MilestoneRecorded():
            yield from _reached(case, record, partnership, at)
        case hub.EncompassCalled():
            yield from notified(case, record, partnership, at)


def _opened(case: Case, record: hub.CaseOpened, partnership: Partnership, at: datetime) -> Iterator[Record | None]:
    """J-04, C-08: who writes outside hours is told when somebody will be there. J-05: and to tell the family."""
    later = f"It is dealt with from {local(record.dealt_with_from, partnership)}." if record.dealt_with_from else ""
    yield to_referrer(EmailKind.ACKNOWLEDGEMENT, case, record, partnership, at, dealt_with_from=later)
    consent = case.contact.consent if case.contact else None
    if consent is not None and _should_tell(consent):
        yield to_referrer(EmailKind.ADVICE_TO_TELL, case, record, partnership, at)


def _should_tell(consent: Consent) -> bool:
    """Nobody says that the family was told, nor that telling them would put the child at risk."""
    return consent.told is not True and consent.telling_raises_risk is not True


def _directed(
    case: Case, record: hub.ContactDirected, partnership: Partnership, at: datetime
) -> Iterator[Record | None]:
    title = partnership.contact_types[record.contact_type].title
    said = {"title": title, "reason": record.reason}
    yield to_referrer(EmailKind.DIRECTED, case, record, partnership, at, **said)
    team = partnership.teams.get(record.team or "")
    if team is not None and record.handling is not Handling.SIGNPOSTED:
        yield to_address(EmailKind.PASSED_ON, f"{TEAM}/{team.name}", team.email, case, record, partnership, at, **said)


def _reached(
    case: Case, record: hub.MilestoneRecorded, partnership: Partnership, at: datetime
) -> Iterator[Record | None]:
    kind = partnership.milestones.get(record.milestone)
    if kind is None:
        return
    yield from _to_teams(kind.alerts, kind.name, f"- {kind.title}", case, record, partnership, at)
    if kind.invites:
        yield from _invited(case, record, kind.title, partnership, at)


def _invited(case: Case, record: Record, title: str, partnership: Partnership, at: datetime) -> Iterator[Record | None]:
    """C-14: every involved professional: who was asked, who the referral names, and the practitioner who referred.

    Whom somebody else than a practitioner names is on the record and not written to: the address may be of the very
    person the discussion is about.
    """
    contact = case.contact
    for request in case.requests.values():
        organisation = partnership.organisation(request.organisation)
        address = organisation.email if organisation else None
        recipient = f"{ORGANISATION}/{request.organisation}"
        yield to_address(EmailKind.INVITATION, recipient, address, case, record, partnership, at, title=title)
    referred = bool(contact and contact.referrer and contact.referrer.kind is ReferrerKind.PRACTITIONER)
    for number, one in enumerate(contact.professionals if contact else ()):
        recipient = f"{PROFESSIONAL}/{number}"
        if referred or not one.email:
            yield to_address(EmailKind.INVITATION, recipient, one.email, case, record, partnership, at, title=title)
        elif EmailKind.INVITATION in partnership.messages:
            yield suppressed(EmailKind.INVITATION, record, NOT_NAMED_BY_A_PRACTITIONER, at, recipient)
    if referred:
        yield to_referrer(EmailKind.INVITATION, case, record, partnership, at, title=title)


def _to_teams(
    names: tuple[str, ...], alert: str, reason: str, case: Case, record: Record, partnership: Partnership, at: datetime
) -> Iterator[Record | None]:
    for team in (partnership.teams[name] for name in names if name in partnership.teams):
        yield to_address(
            EmailKind.ALERT,
            f"{TEAM}/{team.name}",
            team.email,
            case,
            record,
            partnership,
            at,
            alert=alert,
            reason=reason,
        )
