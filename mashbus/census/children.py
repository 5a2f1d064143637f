"""A Child element as a child and its spells with children's social care; or the faults for which it is refused.

What decides is strict: who the child is (LAchildID) and whether, from when and until when there is a case. What only
describes (dates of birth, sex, UPN, need, reason for closure) is left out where it is wrong: an open case is not lost
because of a mistyped birthday.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mashbus.census.elements import Element, local
from mashbus.census.faults import Reason
from mashbus.census.fields import Fields, Findings
from mashbus.domain.known import Holder, Holding

LONGEST_ID = 64
SEXES = {"1": "M", "2": "F", "0": "U", "9": "U", "M": "M", "F": "F", "U": "U"}
"""GenderCurrent of the older years (0 not known, 9 not specified) and Sex of the newer ones, as M, F or U."""
NEEDS = {code: code for code in (f"N{digit}" for digit in range(10))}
CLOSURES = {code: code for code in (f"RC{digit}" for digit in range(1, 10))}
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
WORK = frozenset({"Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans", "DateOfInitialCPC"})
"""Signs that somebody worked with the child after the referral."""
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]")


@dataclass(frozen=True, kw_only=True)
class CensusChild:
    """What the directory needs of a child, and nothing else that the census says."""

    local_id: str
    upn: str | None
    birth_date: date | None
    expected_birth_date: date | None
    sex: str | None
    spells: tuple[Holding, ...]
    """None: every referral ended without further action, so nobody ever had a case."""


def child_of(
    element: Element, findings: Findings, made_on: date, unfit: Callable[[str], Reason | None] = lambda _: None
) -> CensusChild | None:
    """None: refused, and `findings` says why, every fault at once.

    `made_on`: the file knows of nothing later. `unfit`: why an id cannot be this child's, asked once of each child.
    """
    about = Fields.among("", (one for part in element if local(part) != "CINdetails" for one in part.iter()))
    local_id = _local_id(about, findings, unfit)
    born, expected = _birth(about, findings)
    upn, sex = _upn(about, findings), _sex(about, findings)
    spells = tuple(_spells(element, findings, made_on))
    if findings.refused or local_id is None:
        return None
    return CensusChild(
        local_id=local_id, upn=upn, birth_date=born, expected_birth_date=expected, sex=sex, spells=spells
    )


def _local_id(about: Fields, findings: Findings, unfit: Callable[[str], Reason | None]) -> str | None:
    local_id = about.text("LAchildID", findings.refuse)
    if not about.of.get("LAchildID"):
        findings.refuse("LAchildID", Reason.MISSING)
    elif local_id and (len(local_id) > LONGEST_ID or not local_id.isprintable()):
        findings.refuse("LAchildID", Reason.NO_LOCAL_ID, about.at("LAchildID"))
    elif local_id and (reason := unfit(local_id)):
        findings.refuse("LAchildID", reason, about.at("LAchildID"))
    return local_id


def _birth(about: Fields, findings: Findings) -> tuple[date | None, date | None]:
    born = about.day("PersonBirthDate", findings.leave_out)
    expected = about.day("ExpectedPersonBirthDate", findings.leave_out)
    if born and expected:
        findings.leave_out("ExpectedPersonBirthDate", Reason.BORN_BESIDES, about.at("ExpectedPersonBirthDate"))
        return born, None
    return born, expected


def _upn(about: Fields, findings: Findings) -> str | None:
    text = (about.text("UPN", findings.leave_out) or "").upper()
    if text and not _UPN.fullmatch(text):
        findings.leave_out("UPN", Reason.NO_UPN, about.at("UPN"))
        return None
    return text or None


def _sex(about: Fields, findings: Findings) -> str | None:
    newer = about.coded("Sex", SEXES, findings.leave_out)
    return newer or about.coded("GenderCurrent", SEXES, findings.leave_out)


def _spells(element: Element, findings: Findings, made_on: date) -> Iterator[Holding]:
    for number, details in enumerate((one for one in element if local(one) == "CINdetails"), start=1):
        where = f"CINdetails {number}/"
        fields = Fields.among(where, details)
        opened = _within(fields, "CINreferralDate", findings, made_on)
        closed = _within(fields, "CINclosureDate", findings, made_on)
        if not fields.of.get("CINreferralDate"):
            findings.refuse(f"{where}CINreferralDate", Reason.MISSING, details)
        if opened and closed and closed < opened:
            findings.refuse(f"{where}CINclosureDate", Reason.BEFORE_REFERRAL, fields.at("CINclosureDate"))
        spell = Holding(
            service=Holder.SOCIAL_CARE,
            opened_on=opened,
            closed_on=closed,
            closure_reason=fields.coded("ReasonForClosure", CLOSURES, findings.leave_out),
            need=fields.coded("PrimaryNeedCode", NEEDS, findings.leave_out),
        )
        if not _without_action(fields, details, findings):
            yield spell


def _within(fields: Fields, name: str, findings: Findings, made_on: date) -> date | None:
    day = fields.day(name, findings.refuse)
    if day and day > made_on:
        findings.refuse(fields.where + name, Reason.AFTER_FILE, fields.at(name))
    return day


def _without_action(fields: Fields, details: Element, findings: Findings) -> bool:
    """A referral that ended at once was never a case: without a closing day it would look open for ever.

    The census itself counts it so (its rule 8815). Where work followed all the same, the flag is the mistake.
    """
    flag = fields.coded("ReferralNFA", TRUTHS, findings.refuse, Reason.NEITHER_TRUE_NOR_FALSE)
    return flag is True and not any(local(one) in WORK for one in details)
