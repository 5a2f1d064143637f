"""The council's case system, played by the story: it tells the hub who holds which child."""

from datetime import date
from random import Random
from uuid import uuid4

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta
from mashbus.contracts.topics import submissions_of
from mashbus.domain.known import Holder, Holding, PoliceReference
from mashbus.domain.referral import Child
from tests.e2e.hub import Hub

UNIT = "Synthetic Unit 4"
WORKER, MANAGER = "worker@unit.example", "manager@unit.example"


def upn() -> str:
    """Of nobody: a letter and twelve digits, new every time."""
    return f"A{Random().randrange(10**11, 10**12)}"


def spell(
    service: str = "social_care",
    *,
    opened_on: date,
    closed_on: date | None = None,
    unit: str | None = UNIT,
    worker: str | None = WORKER,
    manager: str | None = MANAGER,
) -> Holding:
    return Holding(
        service=Holder(service),
        unit=unit,
        worker_email=worker,
        manager_email=manager,
        opened_on=opened_on,
        closed_on=closed_on,
    )


class CaseSystem:
    """One holder's: what it says on its own topic, and the hub's word that the directory has it."""

    def __init__(self, bus: Hub, partnership: str, organisation: str) -> None:
        self.organisation = organisation
        self._hub = bus
        self._partnership = partnership

    async def says(
        self, child: Child, *spells: Holding, police_references: tuple[PoliceReference, ...] = ()
    ) -> hub.ChildHeld:
        """The whole present state of a child; no spells: it is to be forgotten."""
        before = len(self._hub.log.of(hub.ChildHeld))
        at = self._hub.clock.now()
        record = agency.CaseHoldingChanged(
            meta=Meta(event_id=uuid4(), partnership=self._partnership, case_id=None, occurred_at=at),
            changed_at=at,
            child=child,
            police_references=police_references,
            holdings=spells,
        )
        await self._hub.write(submissions_of(self.organisation), record, child.local_id or "")

        def there() -> list[hub.ChildHeld]:
            said = self._hub.log.of(hub.ChildHeld)[before:]
            return [one for one in said if one.organisation == self.organisation and one.changed_at == at]

        found: list[hub.ChildHeld] = await self._hub.log.until(there, "the directory's word", None)
        return found[0]
