"""How like the child sought somebody is: what Splink said of a pair, field by field."""

from dataclasses import dataclass

from mashbus.domain.known import Evidence


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How common the two names are among those held, as shares of 1."""

    given: float | None = None
    family: float | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    place: int
    """In the sequence that was scored."""
    weight: float
    """In bits, the prior included."""
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        return float(1 / (1 + 2 ** -max(self.weight, -500.0)))  # 2**1024 is no float
