"""The door on a fake log: what it would publish is kept in a list, and the log's moods can be played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mashbus.bus.codec import Codec
from mashbus.bus.producer import Outgoing
from mashbus.contracts.record import Record
from mashbus.profiles import load

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
HACKNEY = load("hackney", ROOT / "partnerships")


@dataclass
class FakeLog:
    """Encodes as the real one does, so that what the codec would refuse is refused here too."""

    codec: Codec
    sent: list[Outgoing] = field(default_factory=list)
    mood: Callable[[], Exception | None] = lambda: None

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        for one in outgoing:
            self.codec.encode(one.topic, one.record)
        if fault := self.mood():
            raise fault
        self.sent.extend(outgoing)

    @property
    def records(self) -> list[Record]:
        return [one.record for one in self.sent]


@dataclass
class Keys:
    path: Path
    referrer: str
    other_referrer: str
    police: str
    manager: str
    reader: str
    channel: str
    """Says what became of emails."""


def headers(secret: str, key: str = "key-1", kind: str = "application/json") -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": key, "Content-Type": kind}
