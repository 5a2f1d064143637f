"""The `mashbus` command as somebody runs it, on the profiles of this repository."""

import json
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from mashbus.cli import app

PARTNERSHIPS = Path(__file__).parents[3] / "partnerships"


def mashbus(*arguments: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    env = {"MASHBUS_PARTNERSHIPS": str(PARTNERSHIPS), "COLUMNS": "100", **environment}
    return CliRunner().invoke(app, arguments, input=stdin, env=env, catch_exceptions=False)


def explain(partnership: str, clock: str, rag: str | None, anchor: str, *more: str) -> Result:
    colour = ["--rag", rag] if rag else []
    return mashbus(
        "deadline", "explain", "--partnership", partnership, "--clock", clock, *colour, "--from", anchor, *more
    )


def explained(partnership: str, clock: str, rag: str | None, anchor: str, *reratings: str) -> dict[str, Any]:
    more = [word for one in reratings for word in ("--rerate", one)]
    answer = explain(partnership, clock, rag, anchor, *more, "--json")
    assert (answer.exit_code, answer.stderr) == (0, ""), answer.stderr
    assert answer.stdout.count("\n") == 1
    return json.loads(answer.stdout)


def refusal(answer: Result) -> str:
    """The one sentence of a command that had no answer."""
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith("mashbus: ")
    return answer.stderr.removeprefix("mashbus: ").rstrip("\n")
