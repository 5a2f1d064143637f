"""Many questions at once: a JSON object a line, answered by one line each, in their order, as they come."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mashbus.cli.explanation import Answer, Question, Unanswerable, answer
from mashbus.domain.partnership import Partnership

EXIT = 2
_NEEDED = frozenset({"partnership", "clock", "from"})
_ALLOWED = frozenset({*_NEEDED, "rag", "rerate"})


def answered(
    lines: Iterable[bytes], find: Callable[[str], Partnership], seen: Callable[[Answer], None]
) -> Iterator[str]:
    """One line of JSON for each line. `seen` looks at each answer, to warn of a calendar that ends."""
    for line in lines:
        try:
            found = answer(_question(line), find)
        except Unanswerable as fault:
            yield json.dumps({"error": str(fault), "exit": EXIT})
        else:
            seen(found)
            yield json.dumps(found.document())


def _question(line: bytes) -> Question:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise Unanswerable("the line is not JSON") from None
    if not isinstance(asked, dict):
        raise Unanswerable("the line is not a JSON object")
    if missing := _NEEDED - asked.keys():
        raise Unanswerable(f"the line has no {', '.join(sorted(missing))}")
    if strange := asked.keys() - _ALLOWED:
        raise Unanswerable(f"the line says what nobody asked for: {', '.join(sorted(strange))}")
    for name in (*_NEEDED, "rag"):
        if not isinstance(asked.get(name), str) and not (name == "rag" and asked.get(name) is None):
            raise Unanswerable(f"{name} must be text")
    return Question(
        partnership=asked["partnership"],
        clock=asked["clock"],
        rag=asked.get("rag"),
        anchor=asked["from"],
        reratings=[_rerating(one) for one in _reratings(asked)],
    )


def _reratings(asked: Mapping[str, Any]) -> list[Any]:
    reratings = asked.get("rerate") or []
    if not isinstance(reratings, list):
        raise Unanswerable('rerate must be a list of {"rag", "at"}')
    return reratings


def _rerating(one: Any) -> tuple[str, str]:
    if not isinstance(one, dict) or one.keys() != {"rag", "at"} or not all(isinstance(v, str) for v in one.values()):
        raise Unanswerable('each of rerate must be {"rag": colour, "at": instant}')
    return one["rag"], one["at"]
