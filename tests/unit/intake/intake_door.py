"""The door on a fake log: what it would publish is kept in a list, and the log's moods can be played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from mashbus.bus.codec import Codec
from mashbus.bus.producer import Outgoing
from mashbus.contracts.record import Record
from mashbus.domain.procedure import Calls, ContactType, Indicator, MilestoneKind, NotRecorded
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Handling
from mashbus.profiles import load

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
HACKNEY = load("hackney", ROOT / "partnerships")
PARTNERSHIP = replace(
    HACKNEY,
    contact_types={
        "parenting-programme": ContactType(
            name="parenting-programme", title="Parenting programme", handling=Handling.RESPONDER,
            requirement="J-02", reason="Processed by the responder.",
        )
    },
    indicators=(Indicator(name="exploitation", title="Exploitation"), Indicator(name="pre-birth", title="Pre-birth")),
    not_recorded=(
        NotRecorded(
            name="consent-not-sought", requirement="C-06", notice="It is not recorded: seek consent first.",
            conditions=(Condition(fact="consent", test="is", value="not_sought"),),
        ),
    ),
    milestones={
        "escalation": MilestoneKind(
            name="escalation", title="Escalation", requirement="M-12", roles=frozenset({"mash_manager"}),
            stages=("manager", "director"),
        ),
        "escalation-answered": MilestoneKind(
            name="escalation-answered", title="Answered", requirement="M-12", roles=frozenset({"mash_manager"}),
            answers="escalation",
        ),
        "visit": MilestoneKind(name="visit", title="Visit", requirement="C-10", roles=frozenset({"social_worker"})),
    },
    calls=Calls(
        topics={"thresholds": "Thresholds"}, outcomes={"advice": "Advice given"}, roles=frozenset({"advisor"}),
    ),
    decides={**HACKNEY.decides, "record": frozenset({"mash_manager", "social_worker"})},
)  # fmt: skip
"""With one of everything that a person can name."""
LEVELS = replace(PARTNERSHIP, ratings=(), levels={"2": "Early help", "3": "Statutory"})
"""It rates without colours (M-01)."""


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
    advisor: str
    channel: str
    """Says what became of emails."""


def headers(secret: str, key: str = "key-1", kind: str = "application/json") -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": key, "Content-Type": kind}
