"""What the stack needs to know of a part to start it, to see that it answers and to say where it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    """Every port it listens on; the first is the one that its users know."""
    port_setting: str
    """The environment variable that chooses the first port."""
    answers: Callable[[], bool]
    """Whether it serves a real request now; false or OSError mean not yet."""
    prepare: Callable[[], None] = _nothing
    """Work before the first start on empty data; does nothing on later starts."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Environment variables."""
