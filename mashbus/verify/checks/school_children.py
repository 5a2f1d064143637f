"""Of which children of an incident a key adult is to be told, and why of some nobody can be (G-13): worked out anew."""

from datetime import date, datetime
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Setting
from mashbus.verify.evidence import Evidence
from mashbus.verify.incidents import Incident, Seen, school_hash
from mashbus.verify.procedure_facts import Opened
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at


def concerns(incident: Incident, profile: Partnership) -> bool:
    return profile.encompass is not None and any(one.lower() in profile.encompass.natures for one in incident.natures)


def problems(incident: Incident, profile: Partnership, at: datetime) -> dict[int, str | None]:
    """Of each child of the scheme's age on the day of the incident; None: its school can be told."""
    assert profile.encompass is not None
    day, (youngest, oldest) = at.astimezone(profile.zone).date(), profile.encompass.ages
    settings = {school_hash(urn): one for urn, one in profile.encompass.settings.items()}
    return {
        place: _problem(child, settings, day)
        for place, child in enumerate(incident.children)
        if (child.born is None and not child.expected) or _is_of_age(child.born, day, youngest, oldest)
    }


def everybody_told(evidence: Evidence, verdict: Verdict) -> None:
    """Every such child stands in some EncompassCalled of its case."""
    stated: dict[UUID, set[int]] = {}
    for called in evidence.index.called.values():
        children = {child for child, _ in (*called.notified, *called.unresolved)}
        stated[called.case_id] = stated.get(called.case_id, set()) | children
    for case_id, incident in evidence.index.notified.items():
        opened = next((one for one in evidence.index.turns.get(case_id, ()) if isinstance(one, Opened)), None)
        profiles = profiles_at(evidence, incident.partnership, opened.ms) if opened else ()
        if opened is None or not profiles or not all(concerns(incident, profile) for profile in profiles):
            continue
        due = set.intersection(*(set(problems(incident, profile, incident.at)) for profile in profiles))
        verdict.looked["children concerned"] += len(due)
        if due - stated.get(case_id, set()):
            last = evidence.index.further.get(case_id, [])
            verdict.missing(
                evidence, "a child whose school is to be told is neither notified nor shown", case_id,
                case_id=case_id, service="triage", after=opened.place, ms=max([opened.ms, *(one.ms for one in last)]),
            )  # fmt: skip


def _is_of_age(born: date | None, day: date, youngest: int, oldest: int) -> bool:
    if born is None:
        return False
    years = day.year - born.year - (1 if (day.month, day.day) < (born.month, born.day) else 0)
    return youngest <= years <= oldest


def _problem(child: Seen, settings: dict[int, Setting], day: date) -> str | None:
    if not child.school:
        return "no_setting"
    setting = settings.get(child.school)
    if setting is None:
        return "unknown_setting"
    if not setting.email:
        return "no_address"
    verified = setting.verified_on is not None and setting.verified_on <= day
    return None if verified else "not_verified"
