"""A case told as records: contacts, decisions and answers by their makers, and the services' own facts folded in."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.story import evolve
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Actor, Request
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Address, Adult, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, ConsentStatus, Knowledge, Rag, ReferrerKind
from mashbus.profiles import load
from services.outcomes import announce as outcomes_announce
from services.outcomes import decide as outcomes_decide
from services.triage import announce as triage_announce
from services.triage import decide as triage_decide
from services.triage.known import Memory

PROFILES = Path(__file__).parents[1] / "partnerships"
HACKNEY = replace(load("hackney", PROFILES), meetings={})
"""Without its meetings, which test_meetings.py tells of."""
MONDAY = datetime(2026, 6, 8, 8, tzinfo=UTC)
"""Nine in the morning in Hackney."""
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)

CHILD = Child(
    local_id="c-1",
    given_name="Tamsin",
    family_name="Sampleton",
    date_of_birth=date(2017, 4, 1),
    sex="2",
    ethnicity="WBRI",
    nhs_number="9990000018",
    upn="A123456789012",
    address=Address(lines=("1 Test Row",), postcode="ZZ99 9ZZ"),
    phone="01632 960002",
    school="Placeholder Primary",
)
ADULT = Adult(given_name="Robin", family_name="Sampleton", relationship="parent", phone="01632 960003")
CONCERN = Concern(summary="An invented worry.", category_of_need="N1")
REFERRER = Referrer(
    kind=ReferrerKind.PRACTITIONER, name="Pat Example", role="teacher", email="pat@school.example", phone="01632 960001"
)
MANAGER = Actor(label="manager", role="mash_manager")
PERSONAL = ("Tamsin", "Sampleton", "Robin", "Pat Example", "pat@school.example", "960001", "An invented worry")
"""None of these may be read in a log, a key, a header or an error."""


def case_of(key: str) -> UUID:
    return ids.case_of_client("school", key)


CASE_ONE = case_of("one")


def meta(case_id: UUID, name: str, at: datetime = MONDAY, partnership: str = "hackney") -> Meta:
    return Meta(event_id=ids.derived("test", case_id, name), partnership=partnership, case_id=case_id, occurred_at=at)


def referral(key: str = "one", *, content: str = "same", partnership: str = "hackney", **changes: object) -> Record:
    case_id = case_of(key)
    said: dict[str, object] = {
        "received_at": None,
        "channel": Channel.ONLINE_FORM,
        "source": "2A",
        "referrer": REFERRER,
        "children": (CHILD,),
        "adults": (ADULT,),
        "concern": CONCERN,
        "consent": Consent(status=ConsentStatus.GIVEN),
    }
    return hub.ReferralReceived(
        meta=Meta(
            event_id=ids.once(case_id, "ReferralReceived"), partnership=partnership, case_id=case_id, occurred_at=MONDAY
        ),
        reference=f"HAC-{str(case_id)[:8]}",
        content_hash=content,
        client="school",
        **{**said, **changes},
    )


def notification(incident: str = "I-1", **changes: object) -> Record:
    case_id = ids.case_of_incident("met-police", incident)
    said: dict[str, object] = {
        "nature": "domestic abuse",
        "children": (CHILD,),
        "concern": Concern(summary="An invented worry."),
    }
    return hub.PoliceNotificationReceived(
        meta=meta(case_id, "notification"),
        force="met-police",
        incident=incident,
        form="PPN",
        incident_at=MONDAY - HOUR,
        content_hash="same",
        batch_id=UUID(int=1),
        adults=(),
        **{**said, **changes},
    )


def rating(case_id: UUID, rag: Rag, name: str = "rating", *, pathways: tuple[str, ...] = ("mash-checks",),
           actor: Actor = MANAGER, partnership: str = "hackney") -> hub.RatingGiven:  # fmt: skip
    return hub.RatingGiven(
        meta=meta(case_id, name, partnership=partnership), actor=actor, rag=rag, pathways=pathways, rationale="seen"
    )


def outcome(case_id: UUID, name: str = "outcome", *, outcomes: tuple[str, ...] = ("no-further-action",),
            tell: bool = True, reason: str | None = None, actor: Actor = MANAGER,
            partnership: str = "hackney") -> hub.OutcomeGiven:  # fmt: skip
    return hub.OutcomeGiven(
        meta=meta(case_id, name, partnership=partnership),
        actor=actor,
        outcomes=outcomes,
        rationale="looked at",
        tell_referrer=tell,
        not_told_reason=reason,
    )


def enough(case_id: UUID, name: str = "enough", actor: Actor = MANAGER) -> hub.EnoughGiven:
    return hub.EnoughGiven(meta=meta(case_id, name), actor=actor, rationale="we know enough")


def suspension(case_id: UUID, clock: str, organisation: str | None = None, name: str = "suspension", *,
               actor: Actor = MANAGER, partnership: str = "hackney") -> hub.SuspensionGiven:  # fmt: skip
    return hub.SuspensionGiven(
        meta=meta(case_id, name, partnership=partnership),
        actor=actor,
        clock=clock,
        organisation=organisation,
        rationale="the family is abroad",
    )


def resumption(case_id: UUID, clock: str, organisation: str | None = None, name: str = "resumption", *,
               actor: Actor = MANAGER, partnership: str = "hackney") -> hub.ResumptionGiven:  # fmt: skip
    return hub.ResumptionGiven(
        meta=meta(case_id, name, partnership=partnership),
        actor=actor,
        clock=clock,
        organisation=organisation,
        rationale="the family is back",
    )


def answered(case_id: UUID, request: Request, at: datetime, name: str = "answer") -> hub.AnswerReceived:
    return hub.AnswerReceived(
        meta=meta(case_id, f"{name}/{request.organisation}", at),
        request_id=request.request_id,
        organisation=request.organisation,
        arrived_at=at,
        knowledge=Knowledge.KNOWN,
        summary="Known to us.",
        analysis=None,
        chronology=(),
    )


def declined(case_id: UUID, request: Request, at: datetime) -> hub.AnswerDeclined:
    return hub.AnswerDeclined(
        meta=meta(case_id, f"declined/{request.organisation}", at),
        request_id=request.request_id,
        organisation=request.organisation,
        arrived_at=at,
        reason="no lawful basis",
    )


@dataclass
class Story:
    """One case. What is heard is folded; the services are asked until they have nothing more to say."""

    case: Case = field(default_factory=lambda: Case.of(case_of("one")))
    heard: list[tuple[Record, datetime]] = field(default_factory=list)
    profile: Partnership = HACKNEY
    memory: Memory | None = None

    def hear(self, *records: Record, at: datetime = MONDAY) -> "Story":
        for record in records:
            self.case = evolve(self.case, record, at)
            self.heard.append((record, at))
        return self

    def triage(self, at: datetime = MONDAY) -> list[Record]:
        return self._asked(lambda: triage_decide.decide(self.case, self.profile, at, self.memory), at)

    def outcomes(self, at: datetime = MONDAY) -> list[Record]:
        return self._asked(lambda: outcomes_decide.decide(self.case, self.profile, at), at)

    def _asked(self, decide: object, at: datetime) -> list[Record]:
        said: list[Record] = []
        while fact := decide():  # type: ignore[operator]
            said.append(fact)
            self.hear(fact, at=at)
        return said

    def copies_of_triage(self, fact: Record, at: datetime = MONDAY) -> list[Record]:
        return list(triage_announce.announce(self.case, fact, self.profile, at))

    def copies_of_outcomes(self, fact: Record, at: datetime = MONDAY) -> list[Record]:
        return list(outcomes_announce.announce(self.case, fact, self.profile, at))

    def request(self, organisation: str) -> Request:
        return next(one for one in self.case.requests.values() if one.organisation == organisation)


def opened(contact: Record | None = None, at: datetime = MONDAY, profile: Partnership = HACKNEY) -> Story:
    """A contact that triage has opened and, where a rule matches, routed."""
    contact = contact or referral()
    assert contact.meta.case_id is not None
    story = Story(Case.of(contact.meta.case_id), profile=profile).hear(contact, at=at)
    story.triage(at)
    return story


def only(records: Iterable[Record], kind: type[Record]) -> list:
    return [one for one in records if isinstance(one, kind)]
