"""The demonstration's API keys: made anew each time, each for one thing. Only their hashes are on the disk."""

from dataclasses import dataclass
from pathlib import Path

from mashbus.bus.http.keys import add_key
from mashbus.demo.week import PARTNERSHIP


@dataclass(frozen=True)
class Keys:
    form: str
    """The online form's."""
    force: str
    """The police force's, for its batches."""
    manager: str
    """A MASH manager's."""


def issue(path: Path) -> Keys:
    """Add the keys to the file of hashes."""
    force = "met-police"
    return Keys(
        form=add_key(path, "online-form", partnership=PARTNERSHIP, role="referrer", may=frozenset({"refer"})),
        force=add_key(
            path,
            f"{force}-batches",
            partnership=PARTNERSHIP,
            role="police",
            may=frozenset({"police"}),
            organisation=force,
        ),
        manager=add_key(
            path, "manager-1", partnership=PARTNERSHIP, role="mash_manager", may=frozenset({"rate", "decide", "read"})
        ),
    )
