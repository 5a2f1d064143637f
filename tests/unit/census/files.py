"""Census files as tests need them: small, and made in the test."""

import io

IDENTIFIERS = (
    "<LAchildID>L1</LAchildID><UPN>Z123456789012</UPN><PersonBirthDate>2015-05-01</PersonBirthDate><Sex>F</Sex>"
)
OPEN = (
    "<CINreferralDate>2026-01-02</CINreferralDate><PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>false</ReferralNFA>"
)
CLOSED = f"{OPEN}<CINclosureDate>2026-03-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>"
    "</CollectionDetails><Source><LEA>999</LEA><SerialNo>7</SerialNo><DateTime>2026-07-10T09:00:00Z</DateTime></Source></Header>"
)


def child(identifiers: str = IDENTIFIERS, *episodes: str) -> str:
    told = "".join(f"<CINdetails>{one}</CINdetails>" for one in episodes)
    return f"<Child>\n<ChildIdentifiers>{identifiers}</ChildIdentifiers>\n{told}</Child>\n"


def numbered(number: int, *episodes: str) -> str:
    return child(IDENTIFIERS.replace("L1", f"L{number}"), *(episodes or (OPEN,)))


def file(*children: str, header: str = HEADER, namespace: str = "") -> io.BytesIO:
    return io.BytesIO(f"<Message {namespace}>\n{header}\n<Children>\n{''.join(children)}</Children></Message>".encode())
