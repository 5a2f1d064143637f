"""Where the views lie in Redis. All keys of a partition share a hash tag, so that they change together or not at all.

The mark says whose views these are and how far they go. Readers believe nothing without a whole mark (promise P6).
"""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

ANY = "any"
"""The index of a partnership's cases in whatever state."""


class Mark(BaseModel):
    """`cleaning`: an older generation is being taken away. `writing`: not all is there yet. `whole`: to be believed."""

    model_config = ConfigDict(frozen=True)

    generation: str
    """The casebook that the views were made from."""
    phase: Literal["cleaning", "writing", "whole"]
    revision: int = 0
    """Every change of the casebook up to this one is in the views."""
    positions: Mapping[str, int] = {}
    """By topic: the next offset that is not in the views."""
    held: int = 0
    """Records that wait for a person: their cases are in the log and not in the views."""

    @property
    def whole(self) -> bool:
        return self.phase == "whole"


def mark_key(partition: int) -> str:
    return f"{{status:{partition}}}:mark"


def keys_key(partition: int) -> str:
    """The set of all other keys of the partition: what there is to take away."""
    return f"{{status:{partition}}}:keys"


def case_key(partition: int, case_id: UUID) -> str:
    return f"{{status:{partition}}}:case:{case_id}"


def reference_key(partition: int, partnership: str, reference: str) -> str:
    return f"{{status:{partition}}}:reference:{partnership}:{reference}"


def index_key(partition: int, partnership: str, state: str) -> str:
    """A sorted set of case ids by the microsecond of receipt."""
    return f"{{status:{partition}}}:index:{partnership}:{state}"
