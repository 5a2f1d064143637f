"""The directory as the door compares news with it: what has been read, and what was said since and is on its way."""

from collections.abc import Iterable, Mapping

from mashbus.bus.directory.keys import Keys
from mashbus.bus.directory.memory import Memory
from mashbus.contracts import hub
from mashbus.contracts.record import Record


class DirectoryView:
    """Good for one turn, at whose beginning the memory was fresh. Raises TransientError."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._held: dict[str, hub.ChildHeld] = {}
        self._identified: dict[str, hub.ChildIdentified] = {}
        """The latest of each key."""

    @property
    def keys(self) -> Keys:
        return self._memory.keys

    def say(self, facts: Iterable[Record]) -> None:
        """They are on their way: whoever is compared next is compared with them."""
        for fact in facts:
            match fact:
                case hub.ChildHeld():
                    self._held[fact.child] = fact
                case hub.ChildIdentified():
                    self._identified[fact.identifier] = fact

    def last_of(self, token: str) -> hub.ChildHeld | None:
        """What was last told of a child, also that it is forgotten."""
        return self._held.get(token) or self._memory.last_of(token)

    def keys_of(self, token: str) -> Mapping[str, str]:
        """The identifiers that lead to a child, local id aside, and the kind of each."""
        read = self._memory.asked(lambda table: table.keys_of(token))
        there = {key: kind for key, kind in read.items() if key not in self._identified}
        said = {key: one.kind.value for key, one in self._identified.items() if one.child == token}
        return {**there, **said}

    def leads_elsewhere(self, key: str, token: str) -> bool:
        """Whether an identifier is another child's."""
        if said := self._identified.get(key):
            return said.child not in (None, token)
        return self._memory.asked(lambda table: table.leads_elsewhere(key, token))
