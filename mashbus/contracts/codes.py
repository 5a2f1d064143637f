"""The sector's code lists that decide something on the bus, and what is accepted of older lists.

Codes are strings: "10" is not 10. Meanings in short, our words; the lists are the Department for Education's
children-in-need census. Ethnicity and disability codes are carried as they come (their lists differ by year and
council, and nothing is decided by them).
"""

from collections.abc import Iterable, Mapping

SOURCES: Mapping[str, str] = {
    "1A": "family member, relative or carer",
    "1B": "acquaintance",
    "1C": "the child",
    "1D": "other individual",
    "2A": "school",
    "2B": "education service",
    "3A": "general practitioner",
    "3B": "health visitor",
    "3C": "school nurse",
    "3D": "other primary health service",
    "3E": "emergency department",
    "3F": "other health service",
    "4": "housing",
    "5A": "the council's social care",
    "5B": "another service of the council",
    "5C": "another council",
    "5D": "the council's early help",
    "6": "police",
    "7": "other legal agency",
    "8": "other, such as a voluntary organisation",
    "9": "anonymous",
    "10": "unknown",
}
"""Contact and referral sources."""
UNKNOWN_SOURCE = "10"

NEEDS: Mapping[str, str] = {
    "N1": "abuse or neglect",
    "N2": "the child's disability or illness",
    "N3": "a parent's disability or illness",
    "N4": "family in acute stress",
    "N5": "family dysfunction",
    "N6": "socially unacceptable behaviour",
    "N7": "low income",
    "N8": "absent parenting",
    "N9": "not a child in need",
    "N0": "not stated",
}
"""Categories of need. Where two fit, the one higher in this table is chosen."""

_BY_WHOM = {"A": "the child", "B": "a parent or carer", "C": "another person of the household"}
FACTORS: Mapping[str, str] = {
    **{
        f"{number}{letter}": f"{concern}: {whom}"
        for number, concern in {
            1: "alcohol misuse by",
            2: "drug misuse by",
            3: "domestic abuse of",
            4: "mental health of",
            5: "learning disability of",
            6: "physical disability or illness of",
        }.items()
        for letter, whom in _BY_WHOM.items()
    },
    "7A": "young carer",
    "8B": "private fostering: from overseas, intends to return",
    "8C": "private fostering: from overseas, intends to stay",
    "8D": "private fostering: UK child in an educational placement",
    "8E": "private fostering: UK child in another family arrangement",
    "8F": "private fostering: other",
    "9A": "unaccompanied asylum-seeking child",
    "10A": "missing",
    "11A": "child sexual exploitation",
    "12A": "trafficking",
    "13A": "gangs",
    "14A": "socially unacceptable behaviour",
    "15A": "self-harm",
    "16A": "neglect",
    "17A": "emotional abuse",
    "18B": "physical abuse by another child",
    "18C": "physical abuse by an adult",
    "19B": "sexual abuse by another child",
    "19C": "sexual abuse by an adult",
    "20": "other",
    "21": "none identified",
    "22A": "female genital mutilation",
    "23A": "abuse linked to faith or belief",
    "24A": "child criminal exploitation",
}
"""Assessment factors."""

_REPLACED: Mapping[str, tuple[str, ...]] = {"18A": ("18B", "18C"), "19A": ("19B", "19C")}
"""Older undivided codes. By whom is not known, so both stand for them: a rule that names either then holds."""

FACTORS_READ = frozenset({*FACTORS, *_REPLACED})
"""What is accepted; `today` says what is kept of it."""

SEXES: Mapping[str, str] = {"F": "female", "M": "male", "U": "not known or unborn"}


def today(factors: Iterable[str]) -> tuple[str, ...]:
    """The factors in today's codes, each once, in their order."""
    return tuple(dict.fromkeys(new for one in factors for new in _REPLACED.get(one, (one,))))


def highest_need(needs: Iterable[str | None]) -> str | None:
    """The one highest in the table; none where none is named."""
    order = list(NEEDS)
    return min((need for need in needs if need), key=order.index, default=None)
