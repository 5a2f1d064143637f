"""One case as a person would tell it, from the timeline that the status service gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mashbus.demo.week import Week

LONGEST_DETAIL = 60
Story = Sequence[tuple[str, str]]
"""Local time and what happened."""


def told(case: Mapping[str, Any] | None, week: Week) -> Story:
    if not case:
        return ()
    return [(week.local(datetime.fromisoformat(entry["at"])), _said(entry)) for entry in case["timeline"]]


def _said(entry: Mapping[str, Any]) -> str:
    """With the detail where it is short: a list of all fields that were shared is not."""
    detail = entry["detail"]
    return f"{entry['what']} ({detail})" if detail and len(detail) <= LONGEST_DETAIL else entry["what"]
