"""What a watcher sees while the week is played: a bar of bus time and running counts of every stage."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mashbus.contracts import hub
from mashbus.demo.tally import Tally
from mashbus.demo.week import ENDS, STARTS, TROUBLES, local, played

REFRESHES = 4
"""A second, real."""
LINE_EVERY = 1 / 20
"""Without a terminal a line is printed for each such share of the week."""


def stages(tally: Tally) -> tuple[tuple[str, int], ...]:
    """The stages of a case in their order, with how often each was reached."""
    return (
        ("referrals received", tally.count(hub.ReferralReceived)),
        ("police incidents received", tally.count(hub.PoliceNotificationReceived)),
        ("returned: items missing", tally.count(hub.ReferralReturned)),
        ("routed", tally.count(hub.CaseRouted)),
        ("rated by a person", tally.count(hub.RatingGiven)),
        ("re-rated", tally.count(hub.CaseRerated)),
        ("requests to agencies", len(tally.requests)),
        ("answers", tally.count(hub.AnswerReceived) + tally.count(hub.AnswerDeclined)),
        ("risks flagged before the answer", tally.count(hub.RiskFlagged)),
        ("deadlines at risk", tally.count(hub.SlaAtRisk)),
        ("deadlines breached", tally.count(hub.SlaBreached)),
        ("breaches resolved by a late answer", tally.count(hub.SlaBreachResolved)),
        ("partners fallen silent", tally.count(hub.PartnerSilent)),
        ("partners back", tally.count(hub.PartnerBack)),
        ("enquiries closed", tally.count(hub.EnquiryCollated)),
        ("outcomes decided", tally.count(hub.OutcomeDecided)),
        ("decisions refused", tally.count(hub.DecisionRefused)),
        ("emails sent", tally.count(hub.EmailSent)),
        ("quarantined", tally.count(hub.RecordQuarantined)),
    )


def screen(tally: Tally, now: datetime, accepted: int) -> RenderableType:
    bar = Table.grid(padding=(0, 1))
    bar.add_row(
        Text(local(now), style="bold"), ProgressBar(total=1.0, completed=played(now), width=56), f"until {local(ENDS)}"
    )
    counts = Table.grid(padding=(0, 3))
    listed = (("accepted at the door (202)", accepted), *stages(tally))
    half = (len(listed) + 1) // 2
    for at in range(half):
        counts.add_row(*_cells(*listed[at]), *(_cells(*listed[at + half]) if at + half < len(listed) else ()))
    troubles = [f"{one.organisation} {one.said}" for one in TROUBLES if one.begins <= now < one.ends]
    return Group(bar, counts, Text("; ".join(troubles) or " ", style="yellow"))


def _cells(name: str, count: int) -> tuple[RenderableType, RenderableType]:
    return Text(name, style="" if count else "dim"), Text(
        f"{count:,}", justify="right", style="bold" if count else "dim"
    )


@dataclass
class Progress:
    """`show` draws, or prints a line where the output is no terminal."""

    console: Console
    live: Live
    _said: float = -1.0

    def alarm(self, sentence: str) -> None:
        """Said at once, above the bar."""
        self.console.print(sentence, style="red", soft_wrap=True, highlight=False)

    def show(self, tally: Tally, now: datetime, accepted: int) -> None:
        if self.console.is_terminal:
            self.live.update(screen(tally, now, accepted))
        elif played(now) >= self._said + LINE_EVERY:
            self._said = played(now)
            counts = ", ".join(f"{count} {name}" for name, count in stages(tally) if count)
            self.console.print(f"{local(max(now, STARTS))}  {counts or 'nothing yet'}", soft_wrap=True, highlight=False)


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    with Live(console=console, refresh_per_second=REFRESHES, transient=True, auto_refresh=console.is_terminal) as live:
        yield Progress(console, live)
