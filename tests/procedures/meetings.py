"""A meeting as a story attends it: its agenda, its page, what it decides."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from tests.procedures.case import Case
from tests.procedures.door import Door


class Meeting:
    """`by` records what it decides, and reads its agenda."""

    def __init__(self, door: Door, name: str, by: str) -> None:
        self.name = name
        self._door = door
        self._by = by

    async def item(self, case: Case, reason: str = "") -> hub.AgendaItemPlaced:
        """The first of the case on its agenda (for a reason that says so), once all of it was handled."""
        await case.quiet()
        return await case.fact(
            hub.AgendaItemPlaced, lambda one: one.meeting == self.name and reason in " ".join(one.reasons)
        )

    async def agenda(self, case: Case, on: date | None = None) -> Mapping[str, Any] | None:
        """What the agenda tells of the case, once everything of it was handled; None: it is not on it."""
        told = await self._read(case, "agenda", on)
        return next((one for one in told["cases"] if one["case_id"] == str(case.id)), None)

    async def reasons(self, case: Case, on: date | None = None) -> list[str]:
        told = await self.agenda(case, on)
        return list(told["reasons"]) if told else []

    async def results(self, case: Case, on: date) -> list[Mapping[str, Any]]:
        told = await self._read(case, "results", on)
        return [said for one in told["cases"] if one["case_id"] == str(case.id) for said in one["results"]]

    async def page(self, case: Case) -> str:
        """The next agenda as it is printed."""
        await self._door.quiet.views(case.id, self._door.organisations)
        path, key = f"/v1/meetings/{self.name}/agenda", self._door.key(self._by)
        answer = await self._door.hub.outside.get(path, key, accept="text/html")
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    async def meets(self, instant: datetime) -> date:
        """Moves to the meeting of that instant, and to its end half an hour later. Its day."""
        await self._door.time.until(instant + timedelta(minutes=30))
        return self._door.time.local().date()

    async def decides(self, case: Case, result: str, met_on: date, by: str | None = None, **more: Any) -> Record:
        """MeetingResultRecorded. Raises Refused."""
        body = {"meeting": self.name, "met_on": met_on.isoformat(), "result": result, **more}
        return await case.does("meeting-results", by=by or self._by, **body)

    async def _read(self, case: Case, what: str, on: date | None) -> Mapping[str, Any]:
        await self._door.quiet.views(case.id, self._door.organisations)
        query = {"on": on.isoformat()} if on else {}
        answer = await self._door.get(f"/v1/meetings/{self.name}/{what}", self._by, **query)
        assert answer.status_code == 200, answer.text
        told: Mapping[str, Any] = answer.json()
        return told
