"""Names and homes in the form in which they are compared: capitals without accents, noise left out."""

import re
import unicodedata
from functools import cache, lru_cache

from jellyfish import metaphone
from nicknames import NickNamer

from mashbus.domain.referral import Address

_NO_NAME = frozenset(
    {"BABY", "UNBORN", "UNKNOWN", "INFANT", "NOTKNOWN", "UNNAMED", "TWIN", "TWINONE", "TWINTWO", "NK", "TBC", "CHILD"}
)
"""What stands where a child has no name yet, or nobody knew it."""
_LEAST_PART = 3
"""Letters of a part of a double name that says something alone: not DE, EL or O."""
_NO_LETTERS = re.compile(r"[^A-Z]+")
_NOT_PLAIN = re.compile(r"[^A-Z0-9]+")
_WITHOUT_ACCENT = str.maketrans(
    {
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
    }
)


def plain(name: str | None) -> str | None:
    """Letters alone, or None where there is no name."""
    found = _NO_LETTERS.sub("", _capitals(name or ""))
    return found if found and found not in _NO_NAME else None


def parts(name: str | None) -> list[str]:
    """Of a family name: the whole, and of a double one each part that says something."""
    whole = plain(name)
    if whole is None:
        return []
    found = (one for one in _NO_LETTERS.split(_capitals(name or "")) if len(one) >= _LEAST_PART)
    return list(dict.fromkeys((whole, *found)))


@lru_cache(maxsize=10_000)
def short_forms(given: str) -> tuple[str, ...]:
    """Other names that people use for this one, and those that it is used for (the list is of English names)."""
    names, name = _names(), given.lower()
    return tuple(sorted(one.upper() for one in names.nicknames_of(name) | names.canonicals_of(name)))


def sounds(name: str) -> str:
    """How it sounds; a name that is not English may sound like nothing: then itself."""
    return metaphone(name) or name


def postcode_of(address: Address | None) -> str | None:
    return _NOT_PLAIN.sub("", _capitals((address and address.postcode) or "")) or None


def house_of(address: Address | None) -> str | None:
    """What tells one home of a postcode from another: the first line, or the property's own number."""
    if address is None:
        return None
    first = _NOT_PLAIN.sub("", _capitals(address.lines[0])) if address.lines else ""
    return first or address.uprn or None


def _capitals(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.translate(_WITHOUT_ACCENT))
    return "".join(one for one in bare if not unicodedata.combining(one)).upper()


@cache
def _names() -> NickNamer:
    return NickNamer()
