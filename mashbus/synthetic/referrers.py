"""Who sends a synthetic referral, how they can be reached, and what they say about consent."""

from random import Random

from mashbus.domain.referral import Adult, Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus, LawfulBasis, ReferrerKind
from mashbus.synthetic import words
from mashbus.synthetic.codes import SOURCES, referrer_of
from mashbus.synthetic.people import phone

NO_EMAIL = {ReferrerKind.PRACTITIONER: 0.05, ReferrerKind.PARENT_OR_CARER: 0.35, ReferrerKind.CHILD: 0.5,
            ReferrerKind.PUBLIC: 0.4, ReferrerKind.ANONYMOUS: 0.7}  # fmt: skip
"""Share of each kind that leaves no email address."""
ROLES = {"2": "Designated safeguarding lead", "3": "Safeguarding nurse", "6": "Police officer"}
"""By the first character of the source."""


def referrer(draw: Random, source: str, adults: tuple[Adult, ...]) -> Referrer:
    kind = referrer_of(source)
    given, family = draw.choice((*words.WOMEN, *words.MEN)), draw.choice(words.SURNAMES)
    if kind is ReferrerKind.PARENT_OR_CARER and adults:
        given, family = adults[0].given_name or given, adults[0].family_name or family
    has_email = draw.random() >= NO_EMAIL[kind]
    if kind is ReferrerKind.ANONYMOUS:
        return Referrer(kind=kind, email=f"anon{draw.randrange(10_000):04}@example.org" if has_email else None)
    practises = kind is ReferrerKind.PRACTITIONER
    return Referrer(
        kind=kind,
        name=f"{given} {family}",
        role=ROLES.get(source[0], "Practitioner") if practises else None,
        organisation=f"{SOURCES[source]} (synthetic)" if practises else None,
        email=f"{given}.{family}@example.org".lower() if has_email else None,
        phone=phone(draw) if practises or not has_email else None,
    )


def consent(draw: Random, kind: ReferrerKind, adults: tuple[Adult, ...]) -> Consent:
    """Given mostly by families and schools; where it is refused or not sought a reason and another basis are named."""
    given = 0.9 if kind is ReferrerKind.PARENT_OR_CARER else 0.6
    if draw.random() < given:
        by = adults[0].relationship if adults else None
        return Consent(status=ConsentStatus.GIVEN, given_by=by, lawful_basis=LawfulBasis.CONSENT, told=True)
    status = draw.choice((ConsentStatus.NOT_SOUGHT, ConsentStatus.NOT_SOUGHT, ConsentStatus.REFUSED))
    return Consent(
        status=status,
        reason="Asking would raise the risk to the child. (synthetic)"
        if status is ConsentStatus.NOT_SOUGHT
        else "The parent does not agree; the worry remains. (synthetic)",
        lawful_basis=draw.choice((LawfulBasis.PUBLIC_TASK, LawfulBasis.LEGAL_OBLIGATION)),
        told=status is ConsentStatus.REFUSED,
    )
