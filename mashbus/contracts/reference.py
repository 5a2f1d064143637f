"""A referral's reference: short, read over the phone without doubt, and known as mistyped before anybody looks for it.

`HAC-5V0B-XG6E-F27`: three letters of the partnership, 50 bits of the case id in Crockford's base 32 (no I, L, O, U),
and one check symbol over all of it (ISO 7064's hybrid scheme, here mod 33,32), which notices every single wrong
symbol. It says nothing about the case. 200,000 referrals in one partnership: one chance in 50,000 that any two
references are the same; whoever looks one up compares the case id.
"""

import re
from uuid import UUID

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32."""
BITS = 50
_SYMBOLS = BITS // 5
_CALL = "CALL"
"""Between a call's letters and digits, so that neither is taken for the other."""
_HEARD_AS = str.maketrans("ILOU", "110V")
"""What Crockford leaves out, read as what it is mistaken for."""
_PREFIX = 3
_SHAPE = re.compile(rf"[A-Z]{{{_PREFIX}}}[0-9A-Z]{{{_SYMBOLS + 1}}}", re.ASCII)
_CALL_SHAPE = re.compile(rf"([A-Z]{{{_PREFIX}}})(CALL|CA11)([0-9A-Z]{{{_SYMBOLS + 1}}})", re.ASCII)


class NotAReference(ValueError):
    """Mistyped: of another shape, or its check symbol does not fit. The text is not quoted."""

    def __init__(self, why: str) -> None:
        super().__init__(why)


def prefix_of(partnership: str) -> str:
    """The first letters of the partnership's name, filled up with X."""
    letters = re.sub("[^A-Z]", "", partnership.upper())
    return letters[:_PREFIX].ljust(_PREFIX, "X")


def reference_of(partnership: str, case_id: UUID) -> str:
    """The reference of a case: always the same, and computed by anybody who knows both."""
    return _written(prefix_of(partnership), _body(case_id))


def call_reference_of(partnership: str, call_id: UUID) -> str:
    """The reference of a call, `HAC-CALL-5V0B-XG6E-F2M`: told to the caller, quoted on a later referral (H-14).

    It leads to no case, and no reference of a case looks like it.
    """
    return _written(prefix_of(partnership), _body(call_id), _CALL)


def parsed(text: str) -> str:
    """The reference as we write it, from what somebody typed: any case, blanks and dashes anywhere, O for 0.

    Raises NotAReference.
    """
    bare = re.sub(r"[\s-]", "", text).upper()
    if not _SHAPE.fullmatch(bare):
        raise NotAReference(f"a reference has {_PREFIX} letters and {_SYMBOLS + 1} letters or digits")
    prefix, body = bare[:_PREFIX], bare[_PREFIX:-1].translate(_HEARD_AS)
    written = _written(prefix, body)
    if written[-1] != bare[-1].translate(_HEARD_AS):
        raise NotAReference("its last symbol does not fit the others: a symbol is wrong or two have changed places")
    return written


def parsed_call(text: str) -> str:
    """The same for the reference of a call. Raises NotAReference."""
    found = _CALL_SHAPE.fullmatch(re.sub(r"[\s-]", "", text).upper())
    if found is None:
        raise NotAReference(f"a call's has {_PREFIX} letters, {_CALL} and {_SYMBOLS + 1} letters or digits")
    prefix, body = found[1], found[3].translate(_HEARD_AS)
    written = _written(prefix, body[:-1], _CALL)
    if written[-1] != body[-1]:
        raise NotAReference("its last symbol does not fit the others: a symbol is wrong or two have changed places")
    return written


def _body(of: UUID) -> str:
    number = of.int & ((1 << BITS) - 1)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(BITS - 5, -1, -5))


def _written(prefix: str, body: str, *kind: str) -> str:
    check = mod_37_36.calc_check_digit("".join((prefix, *kind)).translate(_HEARD_AS) + body, ALPHABET)
    whole = body + check
    return "-".join((prefix, *kind, *(whole[at : at + 4] for at in range(0, len(whole), 4))))
