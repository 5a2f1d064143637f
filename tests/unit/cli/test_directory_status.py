"""What `mashbus directory status` says: counts by organisation, never who."""

import sys
from io import StringIO
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "bus" / "directory"))

from aiokafka import TopicPartition
from hub_memory import CSC, EARLY_HELP, NHS, OPEN, HubMemory, contact, held, identified
from rich.console import Console
from typer.testing import CliRunner

from mashbus.bus.directory.ends import ALL
from mashbus.cli import app
from mashbus.cli.directory import lag, read, table
from mashbus.contracts import topics
from mashbus.domain.known import Identifier


def test_children_are_counted_by_organisation_and_what_is_behind_is_said(tmp_path: Path) -> None:
    memory = HubMemory(tmp_path / "directory")
    memory.told(
        held("L1", OPEN), held("L2", OPEN), held("L3", OPEN), held("L3"), held("E1", OPEN, organisation=EARLY_HELP)
    )
    memory.told(identified(Identifier.NHS_NUMBER, NHS, "L1")).came("one", contact("one"))
    sheet = read(tmp_path / "directory" / "0.sqlite")
    memory.table.close()
    assert sheet is not None
    assert sheet.children == {("hackney", CSC): 2, ("hackney", EARLY_HELP): 1}
    assert (sheet.counts.identifiers, sheet.counts.contacts) == (1, 5)
    ends = {one: sheet.positions.get((one.topic, one.partition), 0) for one in ALL}
    assert lag(sheet, ends) == 0
    ends[TopicPartition(topics.DIRECTORY, 0)] += 7
    console = Console(record=True, width=100, file=StringIO())
    console.print(table(sheet, ends))
    said = console.export_text()
    assert "7" in said
    assert all(secret not in said for secret in ("L1", NHS, "Tamsin"))


def test_where_nothing_was_read_it_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["directory", "status", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "start triage or intake" in result.output


def test_a_file_that_is_no_directory_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "0.sqlite"
    file.write_bytes(b"no database" * 1000)
    assert read(file) is None
