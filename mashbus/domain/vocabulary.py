"""The closed word lists of the bus. Each has UNKNOWN, which readers treat in the cautious way its docstring names.

Values are the Avro symbols, the TOML words and the JSON words at once.
"""

from enum import StrEnum


class Rag(StrEnum):
    """Urgency. UNKNOWN (a newer writer's colour) is never rated down: a person must look."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    NONE = "none"
    """The partnership rates without colours (M-01)."""
    UNKNOWN = "UNKNOWN"


class Channel(StrEnum):
    """How a contact arrived (H-20, J-01)."""

    ONLINE_FORM = "online_form"
    PHONE = "phone"
    EMAIL = "email"
    POST = "post"
    IN_PERSON = "in_person"
    PARTNER_SYSTEM = "partner_system"
    POLICE_BATCH = "police_batch"
    UNKNOWN = "UNKNOWN"


class ReferrerKind(StrEnum):
    """Who refers. UNKNOWN is treated as a member of the public: told least."""

    PRACTITIONER = "practitioner"
    PARENT_OR_CARER = "parent_or_carer"
    CHILD = "child"
    PUBLIC = "public"
    ANONYMOUS = "anonymous"
    UNKNOWN = "UNKNOWN"


class ConsentStatus(StrEnum):
    """Consent to share. UNKNOWN is read as not sought."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_SOUGHT = "not_sought"
    UNKNOWN = "UNKNOWN"


class LawfulBasis(StrEnum):
    """Why information may be shared. UNKNOWN is no basis."""

    CONSENT = "consent"
    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    SUBSTANTIAL_PUBLIC_INTEREST = "substantial_public_interest"
    UNKNOWN = "UNKNOWN"


class NumberStatus(StrEnum):
    """How far an NHS number can be trusted. UNKNOWN is read as unverified."""

    TRACED = "traced"
    UNVERIFIED = "unverified"
    ABSENT = "absent"
    UNKNOWN = "UNKNOWN"


class Handling(StrEnum):
    """What becomes of a contact of a special kind (J-02, J-22, H-07, G-22). UNKNOWN is triaged."""

    TRIAGE = "triage"
    RESPONDER = "responder"
    """Processed by whoever took it, without triage."""
    SIGNPOSTED = "signposted"
    PASSED_ON = "passed_on"
    """To a team of the partnership, without triage."""
    ANSWERED = "answered"
    """Somebody asks the hub: it answers, unless the case is open (H-07)."""
    UNKNOWN = "UNKNOWN"


class Involvement(StrEnum):
    """What children's social care or early help has to do with the child, as a person found it. UNKNOWN: not looked."""

    OPEN = "open"
    RECENTLY_CLOSED = "recently_closed"
    EARLIER = "earlier"
    NONE = "none"
    UNKNOWN = "UNKNOWN"


class Assessment(StrEnum):
    """How the police sorted a notification before it came (G-11). UNKNOWN is read as not sorted.

    What they found of no safeguarding concern has no symbol: it never comes here (promise P8).
    """

    SHARE = "share"
    """Shared, and not sorted."""
    OPEN_CASE = "open_case"
    LEVEL_2 = "level_2"
    LEVEL_3 = "level_3"
    LEVEL_3_HIGH = "level_3_high"
    LEVEL_4 = "level_4"
    UNKNOWN = "UNKNOWN"


class Support(StrEnum):
    """What a referrer asks for (G-07). UNKNOWN: it is read as social care, whose sign-off is the stricter one."""

    EARLY_HELP = "early_help"
    SOCIAL_CARE = "social_care"
    OTHER = "other"
    UNKNOWN = "UNKNOWN"


class Knowledge(StrEnum):
    """What an agency's own system says of the people asked about. UNKNOWN and `possible` need a person."""

    KNOWN = "known"
    NOT_KNOWN = "not_known"
    POSSIBLE = "possible"
    UNKNOWN = "UNKNOWN"


class Collation(StrEnum):
    """Why an enquiry was closed. UNKNOWN is read as `enough`: some answers may be missing."""

    ALL = "all"
    ENOUGH = "enough"
    UNKNOWN = "UNKNOWN"


class EmailKind(StrEnum):
    """What an email is for; with the recipient it identifies the email. UNKNOWN is never sent."""

    ACKNOWLEDGEMENT = "acknowledgement"
    RETURNED = "returned"
    OUT_OF_AREA = "out_of_area"
    DIRECTED = "directed"
    PASSED_ON = "passed_on"
    ALERT = "alert"
    INVITATION = "invitation"
    ADVICE_TO_TELL = "advice_to_tell"
    OUTCOME = "outcome"
    OUTCOME_TO_AGENCY = "outcome_to_agency"
    ENCOMPASS_NOTIFICATION = "encompass_notification"
    UNKNOWN = "UNKNOWN"


class OpeningKind(StrEnum):
    """What opened a case. UNKNOWN is triaged by a person."""

    REFERRAL = "referral"
    POLICE_NOTIFICATION = "police_notification"
    UNKNOWN = "UNKNOWN"
