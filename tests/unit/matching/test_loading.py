"""Splink, DuckDB and pyarrow are loaded at the first question: who only names the service starts without them."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from mashbus.bus.errors import TransientError
from mashbus.domain.referral import Child
from services.matching.finding import Finding

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


def test_while_splink_cannot_be_loaded_cases_wait_and_none_is_set_aside(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "services.matching.scoring", None)
    finding = Finding(SimpleNamespace(table=None))  # type: ignore[arg-type]
    try:
        with pytest.raises(TransientError, match="can't be loaded"):
            finding._search("hackney", Child(given_name="Nell"), lambda _: True)
    finally:
        finding.close()
