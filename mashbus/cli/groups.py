"""The consumer groups of the hub's own services, and what each reads: where each begins on a new bus."""

from collections.abc import Iterable, Mapping

from mashbus.contracts import topics
from services.deadlines.app import READS as DEADLINES
from services.intake.app import reads as intake_reads
from services.mailer.app import READS as MAILER
from services.matching.app import READS as MATCHING
from services.outcomes.app import READS as OUTCOMES
from services.status.app import READS as STATUS
from services.triage.app import READS as TRIAGE


def groups(organisations: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Every group with every topic it consumes, its own quarantine news included."""
    reads = {
        "mashbus.intake": intake_reads(organisations),
        "mashbus.triage": TRIAGE,
        "mashbus.outcomes": OUTCOMES,
        "mashbus.deadlines": DEADLINES,
        "mashbus.mailer": MAILER,
        "mashbus.status": STATUS,
        "mashbus.matching": MATCHING,
    }
    return {group: tuple(dict.fromkeys((*names, topics.QUARANTINE))) for group, names in reads.items()}
