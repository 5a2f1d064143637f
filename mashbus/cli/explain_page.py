"""An explained deadline as a page for a hub manager: local time, weekdays, and a reason for each step."""

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mashbus.cli.explanation import Answer
from mashbus.cli.instants import in_utc
from mashbus.domain.clocks import Clock, NoAmount, words
from mashbus.domain.clocks.instants import micros

AGENCY = "agency"
_STYLES = {"red": "bold red", "amber": "bold yellow", "green": "bold green", "blue": "bold blue"}


def show(answer: Answer, console: Console) -> None:
    console.print(_head(answer))
    console.print(_instants(answer))
    console.print()
    console.print(_steps(answer))
    console.print(Text(f"Profile {answer.partnership.name} {answer.partnership.version}", style="dim"))


def _head(answer: Answer) -> Text:
    head = Text(f"{answer.partnership.title}: {answer.clock.name}", style="bold")
    if answer.colour:
        head.append(f", {answer.colour}", style=_STYLES[answer.colour])
    amount = answer.clock.amount(answer.colour)
    said = "no time is set" if isinstance(amount, NoAmount) else f"{words.amount(amount)}, {_from_whom(answer.clock)}"
    return head.append(f"\n{answer.clock.cited(answer.colour)}: {said}\n", style="not bold")


def _from_whom(clock: Clock) -> str:
    owner = "each agency asked" if clock.owner == AGENCY else clock.owner.replace("_", " ")
    return f"counted from {words.event(clock.anchor)}, owed by {owner}"


def _instants(answer: Answer) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row(words.event(answer.clock.anchor), _local(answer, answer.anchor), in_utc(answer.anchor))
    for one in answer.reratings:
        table.add_row(f"re-rated {one.rag}", _local(answer, one.at), in_utc(one.at))
    if answer.deadline is None:
        table.add_row("due", Text("no time runs", style="bold"), "")
        return table
    if answer.deadline.at_risk:
        at_risk = answer.deadline.at_risk
        table.add_row("at risk", _local(answer, at_risk), in_utc(at_risk))
    due = answer.deadline.due
    table.add_row("due", Text(_local(answer, due), style="bold"), in_utc(due))
    return table


def _steps(answer: Answer) -> Table:
    table = Table.grid(padding=(0, 1))
    for number, one in enumerate(answer.steps, 1):
        span = _short(answer, one.starts)
        if one.ends != one.starts:
            span += f" to {_short(answer, one.ends)}"
        table.add_row(f"{number}.", Text.assemble(span, (f"  {one.kind.replace('_', ' ')}", "dim"), f"\n{one.reason}"))
    return table


def _local(answer: Answer, instant: datetime) -> str:
    return f"{_short(answer, instant)} {instant.astimezone(answer.partnership.zone):%Z}"


def _short(answer: Answer, instant: datetime) -> str:
    return words.moment(answer.partnership.time.calendar, micros(instant))
