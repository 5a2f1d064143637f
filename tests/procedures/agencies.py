"""An organisation of the partnership, played by the story: it reads its own topic and answers on its own."""

from typing import TypeVar
from uuid import UUID, uuid4

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.topics import requests_of, responses_of
from mashbus.domain import ids
from mashbus.domain.vocabulary import Knowledge, Rag
from tests.e2e.hub import Hub

R = TypeVar("R", bound=Record)


class Agency:
    """What one organisation sees of one case, and what it says."""

    def __init__(self, bus: Hub, partnership: str, case_id: UUID, name: str) -> None:
        self.name = name
        self.request_id = ids.request_of(case_id, name)
        self._hub = bus
        self._partnership = partnership
        self._case_id = case_id

    @property
    def told(self) -> list[Record]:
        """Everything on its topic about the case, so far."""
        seen = self._hub.log.by_case.get(self._case_id, ())
        return [one.record for one in seen if one.topic == requests_of(self.name) and one.record is not None]

    async def receives(self, kind: type[R]) -> R:
        """The first of a kind on its topic, waited for."""

        def there() -> R | None:
            return next((one for one in self.told if isinstance(one, kind)), None)

        found: R = await self._hub.log.until(there, f"{kind.__name__} for {self.name}", self._case_id)
        return found

    async def asked(self) -> agency.InformationRequested:
        return await self.receives(agency.InformationRequested)

    async def answers(
        self, knowledge: Knowledge = Knowledge.NOT_KNOWN, summary: str | None = None, analysis: str | None = None
    ) -> hub.AnswerReceived:
        """Once it was asked; the hub's word that the answer counts."""
        await self.asked()
        said = agency.InformationReturned(
            meta=self._meta(), request_id=self.request_id, knowledge=knowledge, summary=summary, analysis=analysis
        )
        return await self._restated(said, hub.AnswerReceived)

    async def declines(self, reason: str = "Synthetic: no lawful basis.") -> hub.AnswerDeclined:
        await self.asked()
        said = agency.RequestDeclined(meta=self._meta(), request_id=self.request_id, reason=reason)
        return await self._restated(said, hub.AnswerDeclined)

    async def flags(
        self, information: str = "Synthetic: an unexplained injury.", suggested: Rag = Rag.RED
    ) -> hub.RiskFlagged:
        """Before and apart from its answer (H-09)."""
        await self.asked()
        said = agency.RiskFlagged(
            meta=self._meta(), request_id=self.request_id, information=information, suggested_rag=suggested
        )
        return await self._restated(said, hub.RiskFlagged)

    async def _restated(self, said: Record, kind: type[R]) -> R:
        await self._hub.write(responses_of(self.name), said, str(self._case_id))

        def there() -> R | None:
            return next(
                (one for one in self._hub.log.of(kind, self._case_id) if one.meta.cause_id == said.meta.event_id), None
            )

        found: R = await self._hub.log.until(there, f"{kind.__name__} of {self.name}", self._case_id)
        return found

    def _meta(self) -> Meta:
        return Meta(
            event_id=uuid4(),
            partnership=self._partnership,
            case_id=self._case_id,
            occurred_at=self._hub.clock.now(),
        )
