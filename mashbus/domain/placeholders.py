"""What people and systems type where there is no number to type: it says who nobody is."""

import unicodedata

_NOBODY = frozenset({
    "UN1", "UN2", "UN3", "UN4", "UN5", "UNKNOWN", "UNAVAILABLE", "NOTKNOWN", "NOTAVAILABLE", "NOTAPPLICABLE",
    "NONE", "NULL", "NIL", "NK", "NA", "N/A", "TBC", "TBA",
})  # fmt: skip
"""UN1 to UN5 are the census's reasons for no UPN."""


def plain(text: str) -> str:
    """The normal form of a number or reference: without spaces, in capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_placeholder(text: str) -> bool:
    """Of a text in its normal form. An empty one is."""
    return not text.strip("0-./?*") or text in _NOBODY


def real(text: str | None) -> str | None:
    """The normal form of a reference that says who somebody is; None where nothing was said."""
    found = plain(text or "")
    return None if is_placeholder(found) else found
