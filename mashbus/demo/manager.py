"""Plays the hub's people: rate what awaits a rating, decide when an enquiry is closed, with a person's delay."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mashbus.bus.clock import Clock
from mashbus.contracts.story import referral_contact
from mashbus.demo.case_files import CaseFiles
from mashbus.demo.choosing import LAWFUL_BASIS, MILESTONES, Chooser, Decision
from mashbus.demo.door import Door
from mashbus.demo.recording import body
from mashbus.demo.week import Week
from mashbus.domain.facts import of_contact
from mashbus.domain.procedure import MilestoneKind
from mashbus.domain.referral import Consent
from mashbus.domain.rules import Facts
from mashbus.domain.vocabulary import ConsentStatus, LawfulBasis, OpeningKind, Rag
from mashbus.synthetic.chance import chance

LOOKS_EVERY = 0.5
"""Real seconds between two looks at the lists."""
AT_MOST = 500
TAKES = {
    "rating": (timedelta(minutes=20), timedelta(minutes=100)),
    "outcome": (timedelta(minutes=45), timedelta(hours=5)),
}
WAITED_LONG = timedelta(hours=30)
NOT_WAITED_FOR = 0.25
GIVES_UP = 5
"""Refused so often, a decision is left for the reader of the summary to wonder about."""
BASIS_RATIONALE = "The worry is for the child's welfare: agencies are asked as part of the public task. (synthetic)"
KINDS = {"awaiting_rating": "rating", "awaiting_outcome": "outcome", "enquiring": "enough"}
"""What a case in each of these states calls for."""


@dataclass(frozen=True)
class Step:
    """One thing to do for one case."""

    kind: str
    case: Mapping[str, Any]
    """As the status service listed it."""
    refused: int
    """How many decisions on this case the bus has refused before."""
    at: datetime

    @property
    def case_id(self) -> str:
        return str(self.case["case_id"])


def planned(kind: str, case: Mapping[str, Any], now: datetime, week: Week, refused: int = 0) -> Step | None:
    """What a case of one of the lists calls for, and when: something urgent at any hour, else in office hours."""
    step = Step(kind, case, refused, now)
    if kind == "enough":
        return step if _waited_enough(step, week) else None
    shortest, longest = TAKES[kind]
    at = now + shortest + (longest - shortest) * chance("takes", kind, step.case_id).random()
    return Step(kind, case, refused, at if is_urgent(case) else week.attended(at))


def is_urgent(case: Mapping[str, Any]) -> bool:
    return bool(case["immediate_harm"]) or case["rag"] == Rag.RED


def known_of_police(case: Mapping[str, Any]) -> Facts:
    """A police notification says nothing of consent or of a lawful basis; what was sorted is routed by no person."""
    opening, harm = OpeningKind.POLICE_NOTIFICATION.value, bool(case["immediate_harm"])
    return {"opening": opening, "immediate_harm": harm, "consent": None, LAWFUL_BASIS: None, "assessment": None}


def _waited_enough(step: Step, week: Week) -> bool:
    """A manager's word that an enquiry need not wait for its last answers; said of few, and only after long waiting."""
    received = datetime.fromisoformat(step.case["received_at"])
    return (
        step.at - received >= WAITED_LONG
        and week.attended(step.at) == step.at
        and chance("enough", step.case_id).random() < NOT_WAITED_FOR
    )


@dataclass
class Manager:
    door: Door
    intake: str
    status: str
    keys: Mapping[str, str]
    """By role."""
    clock: Clock
    week: Week
    files: CaseFiles
    _planned: dict[tuple[str, str], int] = field(default_factory=dict)
    """By (kind, case): how many refusals there were when it was planned."""
    _waiting: list[Step] = field(default_factory=list)

    async def work(self) -> None:
        """Look, plan, do, for ever."""
        while True:
            for state, kind in KINDS.items():
                self._plan(kind, await self._look(state))
            await self._do(self.clock.now())
            await asyncio.sleep(LOOKS_EVERY)

    async def _look(self, state: str) -> Sequence[Mapping[str, Any]]:
        reader = next(iter(self.keys.values()))
        found = await self.door.ask(self.status, "/v1/cases", reader, state=state, limit=AT_MOST)
        return found["cases"] if found else ()

    def _plan(self, kind: str, cases: Sequence[Mapping[str, Any]]) -> None:
        now = self.clock.now()
        for case in cases:
            refused = self.files.refused[UUID(case["case_id"])]
            if refused <= self._planned.get((kind, case["case_id"]), -1) or refused >= GIVES_UP:
                continue
            if step := planned(kind, case, now, self.week, refused):
                self._planned[kind, case["case_id"]] = refused
                self._waiting.append(step)

    async def _do(self, now: datetime) -> None:
        due = [step for step in self._waiting if step.at <= now]
        self._waiting = [step for step in self._waiting if step.at > now]
        await asyncio.gather(*(self._post(step) for step in due))

    async def _post(self, step: Step) -> None:
        decision = self._decided(step)
        if step.kind == "rating":
            await self._record_first(step, decision)
        path = f"/v1/cases/{step.case_id}/{step.kind}"
        name = f"{step.kind}-{step.case_id}-{step.refused}"
        await self.door.send(self.intake, path, self.keys[decision.role], name, json=decision.body)

    def _decided(self, step: Step) -> Decision:
        chooser = Chooser(self.week.partnership)
        if step.kind == "rating":
            return chooser.rated(
                step.case_id,
                urgent=is_urgent(step.case),
                recommended=self.files.recommended.get(UUID(step.case_id)),
                refused=step.refused,
                known=self._known(step),
            )
        if step.kind == "outcome":
            return chooser.decided(step.case_id, step.case["pathways"], step.refused, self._known(step))
        return chooser.enough()

    async def _record_first(self, step: Step, decision: Decision) -> None:
        """What the procedure wants on record before the rating counts: a review of the form, a lawful basis."""
        profile, case = self.week.partnership, f"/v1/cases/{step.case_id}"
        for one in Chooser(profile).wanting(decision, self._known(step)) or ():
            if isinstance(one, MilestoneKind):
                path, role, said = f"{case}/milestones", min(one.roles), body(one)
            else:
                path, role, said = f"{case}/consent", min(profile.decides["record"]), self._based(step, one)
            await self.door.send(self.intake, path, self.keys[role], f"{path}-{step.refused}", json=said)

    def _based(self, step: Step, basis: LawfulBasis) -> Mapping[str, Any]:
        """Consent as it was, with a lawful basis that lets agencies be asked."""
        contact = self.files.contacts.get(UUID(step.case_id))
        consent = contact.consent if contact and contact.consent else Consent(status=ConsentStatus.NOT_SOUGHT)
        status = ConsentStatus.NOT_SOUGHT if consent.status is ConsentStatus.UNKNOWN else consent.status
        said = asdict(replace(consent, status=status, lawful_basis=basis))
        return {"consent": {name: one for name, one in said.items() if one is not None}, "rationale": BASIS_RATIONALE}

    def _known(self, step: Step) -> Facts:
        """What a person who decides has before him: the contact as it came, and what was recorded since."""
        case_id = UUID(step.case_id)
        milestones = {MILESTONES: frozenset(self.files.reached.get(case_id, ()))}
        contact = self.files.contacts.get(case_id)
        if contact is None:
            return {**known_of_police(step.case), **milestones}
        received = datetime.fromisoformat(step.case["received_at"])
        return {**of_contact(referral_contact(contact, received), self.week.partnership), **milestones}
