"""One case as a person would tell it, from the timeline that the status service gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mashbus.demo.week import local

Story = Sequence[tuple[str, str]]
"""Local time and what happened."""


def told(case: Mapping[str, Any] | None) -> Story:
    if not case:
        return ()
    return [(local(datetime.fromisoformat(entry["at"])), entry["what"]) for entry in case["timeline"]]
