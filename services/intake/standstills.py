"""That a deadline should stand still, or run again. Whether the profile allows it is said on the record."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from mashbus.bus.http.problems import Fault
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership
from services.intake.fields import ShortText
from services.intake.profile_names import strangers
from services.intake.words import Word, Words


class SuspensionForm(Word):
    """Which deadline of the case should stand still."""

    record: ClassVar[type[Record]] = hub.SuspensionGiven

    clock: ShortText
    organisation: ShortText | None = None
    """Whose deadline, where each asked organisation owes its own; none for the hub's."""
    rationale: Words

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        clock = partnership.clocks.get(self.clock)
        if clock is None:
            yield from strangers({"/clock": self.clock}, partnership.clocks, "clock")
        elif clock.runs_per_request:
            known = [one.id for one in partnership.organisations]
            yield from strangers({"/organisation": self.organisation}, known, "organisation")
        elif self.organisation is not None:
            yield Fault("/organisation", "this clock is not an organisation's", "leave it out")


class ResumptionForm(SuspensionForm):
    """Which deadline of the case should run again."""

    record: ClassVar[type[Record]] = hub.ResumptionGiven
