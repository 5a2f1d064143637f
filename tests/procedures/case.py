"""One case as a story follows it: facts on the log, decisions of people, emails, what its organisations see.

Whatever a story waits for raises `Never` with the case's records so far. Whatever it denies is denied only after the
hub has handled all there is (`quiet`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import httpx

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import EmailKind
from tests.procedures.agencies import Agency
from tests.procedures.letters import Letter

if TYPE_CHECKING:
    from tests.procedures.door import Door

R = TypeVar("R", bound=Record)
BECAUSE = "Synthetic: as the story has it."


class NotRefused(AssertionError):
    def __init__(self, record: Record) -> None:
        super().__init__(f"{type(record).__name__} came of a decision that was to be refused")


class Refused(AssertionError):
    def __init__(self, refusal: hub.DecisionRefused) -> None:
        super().__init__(f"{refusal.decision} was refused: {refusal.reason}")


class Case:
    def __init__(self, door: "Door", case_id: str | UUID, reference: str | None = None) -> None:
        self.id = UUID(str(case_id))
        self.reference = reference
        self._door = door
        self._log = door.hub.log

    # -- what the log says -----------------------------------------------------------------------------------------

    def facts(self, kind: type[R], where: Callable[[R], object] = bool) -> list[R]:
        """So far."""
        return [one for one in self._log.of(kind, self.id) if where(one)]

    async def fact(self, kind: type[R], where: Callable[[R], object] = bool) -> R:
        """The first, waited for."""
        found: list[R] = await self._log.until(lambda: self.facts(kind, where), kind.__name__, self.id)
        return found[0]

    async def quiet(self) -> None:
        """Nothing is under way any more: now `facts` is the whole story."""
        await self._door.quiet.case(self.id, self._door.organisations)

    async def never(self, *kinds: type[Record]) -> None:
        """None of them is in the log, after everything was handled."""
        await self.quiet()
        there = [_named(one) for kind in kinds for one in self.facts(kind)]
        assert not there, f"{', '.join(there)} must not be, and is"

    def deadlines(self, clock: str, owner: str | None = None) -> list[Deadline]:
        """Every one that a record of the case carries, oldest first, each once."""
        found = {one.deadline_id: one for seen in self._log.by_case.get(self.id, ()) for one in _carried(seen.record)}
        return [one for one in found.values() if one.clock == clock and owner in {None, one.owner}]

    async def deadline(self, clock: str, owner: str | None = None) -> Deadline:
        """The first of a clock, waited for."""
        found: list[Deadline] = await self._log.until(lambda: self.deadlines(clock, owner), f"clock {clock}", self.id)
        return found[0]

    async def lapse(self, clock: str) -> hub.SlaBreached:
        """Said by the hub once time has passed the instant."""
        return await self.fact(hub.SlaBreached, lambda one: one.deadline.clock == clock)

    # -- what people of the hub do ---------------------------------------------------------------------------------

    async def rated(self, rag: str | None, *pathways: str, by: str | None = None, **more: Any) -> Record:
        """CaseRouted, or CaseRerated where it was rated before. `rag` None: a partnership without colours."""
        body = {"pathways": list(pathways), "rationale": BECAUSE, **({"rag": rag} if rag else {}), **more}
        return await self.does("rating", by=by, **body)

    async def decided(self, *outcomes: str, by: str | None = None, **more: Any) -> Record:
        """OutcomeDecided. The referrer is told, unless `tell_referrer=False, not_told_reason=…`."""
        return await self.does("outcome", by=by, **outcome(*outcomes, **more))

    async def does(self, what: str, by: str | None = None, **body: Any) -> Record:
        """POST /v1/cases/{id}/`what`, in the role `by` (default: one that may), and what came of it. Raises Refused.

        A person acts on the case as he sees it, so everything before is handled first.
        """
        came = await self._came(what, by, body)
        if isinstance(came, hub.DecisionRefused):
            raise Refused(came)
        return came

    async def refused(self, what: str, by: str | None = None, **body: Any) -> hub.DecisionRefused:
        """The same where the hub refuses it, on the record. Raises NotRefused."""
        came = await self._came(what, by, body)
        if not isinstance(came, hub.DecisionRefused):
            raise NotRefused(came)
        return came

    async def impossible(self, what: str, by: str | None = None, **body: Any) -> Mapping[str, Any]:
        """The same where the door refuses it at once: the problem document."""
        response = await self._says(what, by, body)
        assert 400 <= response.status_code < 500, response.text
        problem: Mapping[str, Any] = response.json()
        return problem

    async def _came(self, what: str, by: str | None, body: Mapping[str, Any]) -> Record:
        await self.quiet()
        response = await self._says(what, by, body)
        assert response.status_code == 202, response.text
        given = UUID(response.json()["event_id"])
        came: Record = await self._log.until(lambda: self._came_of(given), f"what comes of the {what}", self.id)
        return came

    async def _says(self, what: str, by: str | None, body: Mapping[str, Any]) -> httpx.Response:
        role = by or self._door.role_for(what, body.get("milestone"))
        return await self._door.post(f"/v1/cases/{self.id}/{what}", role, body)

    def _came_of(self, given: UUID) -> Record | None:
        """The decision made of a word; the word itself where it is a fact at once."""
        for record in self.facts(Record):
            if record.meta.event_id == given and not type(record).__name__.endswith(("Given", "MatchDecided")):
                return record
            if isinstance(record, hub.DecisionRefused) and record.refused_id == given:
                return record
            if record.meta.cause_id == given and not isinstance(record, hub.EnquiryCollated):
                return record
        return self._closed_by(given)

    def _closed_by(self, given: UUID) -> Record | None:
        """A word of "enough" makes nothing but the collation."""
        words = {one.meta.event_id for one in self.facts(hub.EnoughGiven)}
        if given not in words:
            return None
        return next((one for one in self.facts(hub.EnquiryCollated) if one.meta.cause_id == given), None)

    # -- organisations -----------------------------------------------------------------------------------------------

    def agency(self, name: str) -> Agency:
        """An organisation by its id; or by its role, where the partnership has one of that role."""
        return Agency(self._door.hub, self._door.name, self.id, self._door.organisation(name))

    async def asked(self) -> set[str]:
        """Ids of the organisations that were asked, once the case is routed and all is quiet."""
        await self.fact(hub.CaseRouted)
        await self.quiet()
        return {one.organisation for one in self.facts(agency.InformationRequested)}

    async def all_answer(self, *but: str) -> hub.EnquiryCollated | None:
        """Every asked organisation answers that it knows nothing; but those named. None while one of them is awaited."""
        silent = {self._door.organisation(one) for one in but}
        for name in sorted(await self.asked() - silent):
            await self.agency(name).answers()
        return None if silent else await self.fact(hub.EnquiryCollated)

    # -- emails --------------------------------------------------------------------------------------------------------

    async def email(self, kind: str, to: str | None = None) -> Letter:
        """The first of its kind (to that address), once it has arrived."""

        def wanted(one: hub.EmailRequested) -> bool:
            return one.kind is EmailKind(kind) and to in {None, one.to}

        requested = await self.fact(hub.EmailRequested, wanted)
        sent = await self.fact(hub.EmailSent, lambda one: one.meta.cause_id == requested.meta.event_id)
        return self._door.mail.letter(sent)

    async def no_email(self, kind: str | None = None, to: str | None = None) -> None:
        """None was even asked for, after everything was handled."""
        await self.quiet()
        there = [
            f"{one.kind} to {one.recipient_kind}"
            for one in self.facts(hub.EmailRequested)
            if kind in {None, one.kind.value} and to in {None, one.to}
        ]
        assert not there, f"emails that must not be, and are: {', '.join(there)}"

    # -- what readers see ----------------------------------------------------------------------------------------------

    async def view(self, what: str = "", by: str | None = None, **query: Any) -> Mapping[str, Any]:
        """GET /v1/cases/{id}/`what`, as it stands once everything was handled."""
        await self._door.quiet.views(self.id, self._door.organisations)
        answer = await self._door.get(f"/v1/cases/{self.id}/{what}".rstrip("/"), by, **query)
        assert answer.status_code == 200, answer.text
        view: Mapping[str, Any] = answer.json()
        return view


def _named(record: Record) -> str:
    """By its kind; a deadline's also by its clock."""
    deadline = getattr(record, "deadline", None)
    return f"{type(record).__name__}({deadline.clock})" if deadline else type(record).__name__


def outcome(*outcomes: str, **more: Any) -> dict[str, Any]:
    """The body of an outcome."""
    return {"outcomes": list(outcomes), "rationale": BECAUSE, "tell_referrer": True, **more}


def _carried(record: Record | None) -> Iterator[Deadline]:
    for name in ("deadlines", "requests", "rerated"):
        some: Iterable[Any] = getattr(record, name, ())
        for one in some:
            deadline = one if isinstance(one, Deadline) else getattr(one, "deadline", None)
            if isinstance(deadline, Deadline):
                yield deadline
    if isinstance(record, hub.DeadlineResumed):
        yield record.deadline
