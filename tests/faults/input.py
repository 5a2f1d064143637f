"""A fixed input and a scripted manager: two runs of it must leave the same ids, whatever happens to the hub meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mashbus.contracts import hub as said
from mashbus.domain import ids
from tests.e2e.contacts import batch, concern, police_row, referral
from tests.e2e.hub import Hub

CLIENT = "hackney/online-form"
FORCE = "met-police"
RATING = {"rag": "amber", "pathways": ["mash-checks"], "rationale": "Rated by the script. (synthetic)"}
OUTCOME = {"outcomes": ["early-help-assessment"], "rationale": "Decided by the script. (synthetic)"}
KINDS = (
    concern("N1"),
    concern("N4"),
    concern("N9"),
    concern("N1", immediate_harm=True),
    concern("N1"),
    {},
)
"""Amber, green, a person rates, red, amber, returned."""
RATED, RETURNED = 2, 5
FINISHES_WITHIN = 180.0


@dataclass(frozen=True)
class Sent:
    """One referral: `number` counts from 0."""

    number: int

    @property
    def key(self) -> str:
        return f"fixed-{self.number:04}"

    @property
    def case_id(self) -> UUID:
        return ids.case_of_client(CLIENT, self.key)

    @property
    def kind(self) -> int:
        return self.number % len(KINDS)

    @property
    def document(self) -> Mapping[str, Any]:
        person = {"kind": "practitioner", "name": "Fixed Input", "email": f"fixed-{self.number}@school.example"}
        child = {"given_name": "Synthia", "family_name": f"Testchild-{self.number}", "date_of_birth": "2016-02-03"}
        return referral(referrer=person, children=[child], concern=KINDS[self.kind])


@dataclass
class Run:
    """One run of so many referrals and one batch of police notifications."""

    hub: Hub
    referrals: int
    incidents: int
    accepted: int = 0
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def after(self, share: float) -> None:
        """Waits until this share of the referrals is accepted."""
        async with self._progress:
            await self._progress.wait_for(lambda: self.accepted >= self.referrals * share)

    async def play(self, disturb: Callable[["Run"], Awaitable[None]] | None = None, pause: float = 0.0) -> None:
        """Feed, manage, disturb; returns when every case has come to its end."""
        async with asyncio.TaskGroup() as group:
            supervising = group.create_task(self.hub.processes.supervise())
            managing = group.create_task(self._manage())
            disturbing = group.create_task(disturb(self) if disturb else asyncio.sleep(0))
            await self._feed(pause)
            await disturbing
            await self.finished()
            managing.cancel()
            supervising.cancel()

    async def _feed(self, pause: float) -> None:
        keys, outside = self.hub.outside.keys, self.hub.outside
        rows = [police_row(f"FIXED/{number}") for number in range(self.incidents)]
        await outside.insist("/v1/police/notifications", keys.force, "fixed-batch", within=60, **batch(*rows))
        for one in self.sent:
            await outside.insist("/v1/referrals", keys.form, one.key, within=60, json=one.document)
            self.accepted += 1
            async with self._progress:
                self._progress.notify_all()
            await asyncio.sleep(pause)

    @property
    def sent(self) -> Sequence[Sent]:
        return [Sent(number) for number in range(self.referrals)]

    @property
    def deciding(self) -> set[UUID]:
        """Cases that come to an outcome."""
        incidents = {ids.case_of_incident(FORCE, f"FIXED/{number}") for number in range(self.incidents)}
        return incidents | {one.case_id for one in self.sent if one.kind != RETURNED}

    async def _manage(self) -> None:
        """Rates what no rule rates, decides what is collated; each once, under a key of the case's own."""
        to_rate = {one.case_id for one in self.sent if one.kind == RATED}
        done: set[tuple[str, UUID]] = set()
        while True:
            for case_id in self._cases(said.CaseOpened) & to_rate:
                await self._say(done, "rating", case_id, RATING)
            for case_id in self._cases(said.EnquiryCollated):
                await self._say(done, "outcome", case_id, OUTCOME | {"tell_referrer": True})
            await asyncio.sleep(0.1)

    async def _say(self, done: set[tuple[str, UUID]], what: str, case_id: UUID, body: Mapping[str, Any]) -> None:
        if (what, case_id) not in done:
            key = self.hub.outside.keys.manager
            await self.hub.outside.insist(f"/v1/cases/{case_id}/{what}", key, f"{what}-{case_id}", json=body)
            done.add((what, case_id))

    def _cases(self, kind: type) -> set[UUID]:
        return {one.meta.case_id for one in self.hub.log.of(kind)}

    async def finished(self) -> None:
        await self.hub.log.until(lambda: not self._open(), "the end of every case", within=FINISHES_WITHIN)
        await self.hub.settled()

    def _open(self) -> set[UUID]:
        """Cases without their outcome, and emails that were neither sent nor given up."""
        requested = {one.meta.event_id for one in self.hub.log.of(said.EmailRequested)}
        sent = {one.meta.cause_id for one in (*self.hub.log.of(said.EmailSent), *self.hub.log.of(said.EmailFailed))}
        return (self.deciding - self._cases(said.OutcomeDecided)) | (requested ^ sent)


async def proven(run: Run) -> Mapping[str, tuple[str, ...]]:
    """The ids of a run in which every promise held and every view is whole again."""
    report = await run.hub.verify()
    assert report.ok, {one.check: [str(broken) for broken in one.broken] for one in report.verdicts if not one.ok}
    assert len(report.ids["referrals"]) == run.referrals + run.incidents
    assert len(report.ids["outcomes"]) == len(run.deciding)
    await every_view_is_whole(run)
    return report.ids


async def every_view_is_whole(run: Run) -> None:
    """P6: views may be late (503) and are never wrong (404)."""
    async with asyncio.timeout(60):
        for case_id in run.deciding:
            while True:
                answer = await run.hub.outside.get(f"/v1/cases/{case_id}")
                assert answer.status_code in (200, 503), answer.text
                if answer.status_code == 200 and answer.json()["state"] == "decided":
                    break
                await asyncio.sleep(0.1)
