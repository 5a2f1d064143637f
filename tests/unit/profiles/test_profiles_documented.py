"""What docs/deadlines.md shows of a profile can be copied out of it."""

import re
from datetime import date
from pathlib import Path

from written_profile import TEXT, loaded

from mashbus.domain.clocks import NoAmount
from mashbus.domain.vocabulary import Rag

PAGE = (Path(__file__).parents[3] / "docs" / "deadlines.md").read_text()


def test_the_page_s_examples_load(tmp_path: Path) -> None:
    clock, times = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    root = TEXT[: TEXT.index("[decides]")].replace('zone = "Europe/London"\n', "")
    decides = TEXT[TEXT.index("[decides]") : TEXT.index("[hours]")]
    others = TEXT[TEXT.index("[clocks.screening]") :]
    partnership = loaded(tmp_path, f"{root}{times}\n{decides}{clock}\n{others}")
    assert partnership.time.calendar.hours(date(2026, 6, 5)) is None
    assert partnership.time.readings.works_on_from == "anchor"
    assert isinstance(partnership.clocks["agency-response"].amounts[Rag.GREEN], NoAmount)
