"""Whether something can be an email address: of one line, as it is written, with a name and a domain.

The mailer asks the same of every email; where somebody is to be written to later, it is better asked at the door.
"""

import unicodedata
from email.headerregistry import Address

_BREAKING = frozenset({"Cc", "Zl", "Zp"})


def is_address(text: str) -> bool:
    written = text.strip()
    if any(unicodedata.category(one) in _BREAKING for one in text):
        return False
    try:
        found = Address(addr_spec=written)
    except Exception:  # noqa: BLE001 - the parser raises whatever it meets in a stranger's text
        return False
    return bool(found.username and found.domain) and found.addr_spec == written
