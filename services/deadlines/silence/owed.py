"""What an organisation has not answered, by its own two topics. Pure.

The monitor's timers know only the cases of its own partitions; these topics know all of one organisation. A request
that came longer ago than they keep (35 days) is not counted.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from mashbus.contracts import agency
from mashbus.contracts.record import Record
from services.deadlines.silence.judging import Owed


@dataclass
class Account:
    """Fed with both topics' records, each partition in its order, the topics in any."""

    _seen: set[UUID] = field(default_factory=set)
    _asked: dict[UUID, tuple[str, datetime | None]] = field(default_factory=dict)
    """Requests with their partnership and the due instant in force."""
    _answers: dict[UUID, UUID] = field(default_factory=dict)
    """The request that each answer names, by the answer's own id."""
    _refused: set[UUID] = field(default_factory=set)
    _withdrawn: set[UUID] = field(default_factory=set)

    def take(self, record: Record) -> None:
        """The first record of an id is the fact: a repeated request must not undo its re-rating."""
        if record.meta.event_id in self._seen:
            return
        self._seen.add(record.meta.event_id)
        match record:
            case agency.InformationRequested():
                self._asked[record.request_id] = record.meta.partnership, record.due
            case agency.RequestRerated() if record.request_id in self._asked:
                self._asked[record.request_id] = record.meta.partnership, record.due
            case agency.RequestWithdrawn():
                self._withdrawn.add(record.request_id)
            case agency.AnswerRefused(refused_id=UUID() as refused_id):
                self._refused.add(refused_id)
            case agency.InformationReturned() | agency.RequestDeclined():
                self._answers[record.meta.event_id] = record.request_id

    def owed(self) -> Mapping[str, Owed]:
        """By partnership; of one that is owed nothing nothing is said."""
        answered = {request for answer, request in self._answers.items() if answer not in self._refused}
        found: dict[str, list[datetime | None]] = defaultdict(list)
        for request, (partnership, due) in self._asked.items():
            if request not in answered and request not in self._withdrawn:
                found[partnership].append(due)
        return {name: Owed(len(dues), min(filter(None, dues), default=None)) for name, dues in found.items()}
