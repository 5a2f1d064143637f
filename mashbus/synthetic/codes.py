"""The code lists that a children-in-need census file may hold. Codes are strings: "10" is not 10."""

from mashbus.domain.vocabulary import ReferrerKind

SOURCES = {
    "1A": "Family member, relative or carer",
    "1B": "Acquaintance",
    "1C": "Self",
    "1D": "Other individual",
    "2A": "School",
    "2B": "Education services",
    "3A": "General practitioner",
    "3B": "Health visitor",
    "3C": "School nurse",
    "3D": "Other primary health services",
    "3E": "Emergency department",
    "3F": "Other health services",
    "4": "Housing",
    "5A": "Social care of the council",
    "5B": "Other services of the council",
    "5C": "Another council",
    "5D": "Early help of the council",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other, such as a voluntary organisation",
    "9": "Anonymous",
    "10": "Unknown",
}
UNKNOWN_SOURCE = "10"

_PRIVATE = {
    "1A": ReferrerKind.PARENT_OR_CARER,
    "1B": ReferrerKind.PUBLIC,
    "1C": ReferrerKind.CHILD,
    "1D": ReferrerKind.PUBLIC,
    "9": ReferrerKind.ANONYMOUS,
    "10": ReferrerKind.PUBLIC,
}


def referrer_of(source: str) -> ReferrerKind:
    """Who refers, by the census' referral source: everybody who is not private is a practitioner."""
    return _PRIVATE.get(source, ReferrerKind.PRACTITIONER)
