"""Equal ids, names and sets of names are held once: a log has millions of records and few of these."""

from collections.abc import Hashable, Iterable
from typing import TypeVar, cast
from uuid import UUID

from mashbus.contracts.record import Record
from mashbus.verify.facts import Fields
from mashbus.verify.partition import partition_of

T = TypeVar("T", bound=Hashable)


class HeldOnce:
    def __init__(self) -> None:
        self._cases: dict[UUID, tuple[UUID, int]] = {}
        self._requests: dict[UUID, UUID] = {}
        self._fields: dict[Fields, Fields] = {}
        self._alike: dict[Hashable, Hashable] = {}

    def case(self, case_id: UUID) -> UUID:
        return self._case(case_id)[0]

    def partition(self, case_id: UUID) -> int:
        return self._case(case_id)[1]

    def _case(self, case_id: UUID) -> tuple[UUID, int]:
        known = self._cases.get(case_id)
        if known is None:
            known = self._cases[case_id] = case_id, partition_of(str(case_id))
        return known

    def request(self, request_id: UUID) -> UUID:
        return self._requests.setdefault(request_id, request_id)

    def subject(self, subject: UUID) -> UUID:
        """Of a deadline: a request, or a case, that may be known."""
        return self._requests.get(subject) or self._cases.get(subject, (subject, 0))[0]

    def of(self, record: Record) -> UUID:
        """The record's case. Of a record that belongs to none, its own id: then nothing will be found under it."""
        return self.case(record.meta.case_id) if record.meta.case_id else record.meta.event_id

    def same(self, names: Iterable[str]) -> Fields:
        made = frozenset(names)
        return self._fields.setdefault(made, made)

    def alike(self, value: T) -> T:
        """What many records say in the same words."""
        return cast("T", self._alike.setdefault(value, value))
