"""Splink, DuckDB and pyarrow are loaded at the first question: who only names the service starts without them."""

import subprocess
import sys

HEAVY = ("splink", "duckdb", "pyarrow", "sqlglot")


def test_the_command_line_and_the_service_start_without_splink() -> None:
    said = (
        "import sys, mashbus.cli, mashbus.cli.groups, services.matching.app; "
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_model_says_how_it_came_to_be() -> None:
    import json

    from services.matching.scoring import MODEL
    from services.matching.training import MIX, SEED

    note = json.loads(MODEL.read_text())["mashbus"]
    assert SEED in note["population"]
    assert note["mix"] == {hard.value: share for hard, share in MIX.items()}
    assert round(sum(MIX.values()), 6) == 1
