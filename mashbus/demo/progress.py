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
from mashbus.demo.agencies import troubles
from mashbus.demo.tally import Tally
from mashbus.demo.week import Week

REFRESHES = 4
"""A second, real."""
LINE_EVERY = 1 / 20
"""Without a terminal a line is printed for each such share of the week."""


def stages(tally: Tally) -> tuple[tuple[str, int], ...]:
    """The stages of a case in their order, with how often each was reached."""
    return (
        ("referrals received", tally.count(hub.ReferralReceived)),
        ("police incidents received", tally.count(hub.PoliceNotificationReceived)),
        ("not recorded, as the procedure says", tally.count(hub.ContactNotRecorded)),
        ("calls of the advice line", tally.count(hub.CallLogged)),
        ("returned to the referrer", tally.count(hub.ReferralReturned)),
        ("contacts that go another way", tally.count(hub.ContactDirected)),
        ("passed on to whoever holds the child", tally.count(hub.PassedToHolder)),
        ("linked to an earlier case", tally.count(hub.CaseLinked)),
        ("recommended to a person", tally.count(hub.RoutingRecommended)),
        ("routed", tally.count(hub.CaseRouted)),
        ("rated by a person", tally.count(hub.RatingGiven)),
        ("re-rated", tally.count(hub.CaseRerated)),
        ("requests to agencies", len(tally.requests)),
        ("answers", tally.count(hub.AnswerReceived) + tally.count(hub.AnswerDeclined)),
        ("risks flagged before the answer", tally.count(hub.RiskFlagged)),
        ("alerts to teams", tally.count(hub.AlertRaised)),
        ("deadlines at risk", tally.count(hub.SlaAtRisk)),
        ("deadlines breached", tally.count(hub.SlaBreached)),
        ("breaches resolved by a late answer", tally.count(hub.SlaBreachResolved)),
        ("partners fallen silent", tally.count(hub.PartnerSilent)),
        ("partners back", tally.count(hub.PartnerBack)),
        ("enquiries closed", tally.count(hub.EnquiryCollated)),
        ("outcomes decided", tally.count(hub.OutcomeDecided)),
        ("milestones recorded", tally.count(hub.MilestoneRecorded)),
        ("decisions refused", tally.count(hub.DecisionRefused)),
        ("emails sent", tally.count(hub.EmailSent)),
        ("quarantined", tally.count(hub.RecordQuarantined)),
    )


def screen(tally: Tally, now: datetime, accepted: int, week: Week) -> RenderableType:
    bar = Table.grid(padding=(0, 1))
    bar.add_row(
        Text(week.local(now), style="bold"),
        ProgressBar(total=1.0, completed=week.played(now), width=56),
        f"until {week.local(week.ends)}",
    )
    counts = Table.grid(padding=(0, 3))
    listed = (("accepted at the door (202)", accepted), *stages(tally))
    half = (len(listed) + 1) // 2
    for at in range(half):
        counts.add_row(*_cells(*listed[at]), *(_cells(*listed[at + half]) if at + half < len(listed) else ()))
    now_wrong = [f"{one.organisation.name} {one.said}" for one in troubles(week) if one.begins <= now < one.ends]
    return Group(bar, counts, Text("; ".join(now_wrong) or " ", style="yellow"))


def _cells(name: str, count: int) -> tuple[RenderableType, RenderableType]:
    return Text(name, style="" if count else "dim"), Text(
        f"{count:,}", justify="right", style="bold" if count else "dim"
    )


@dataclass
class Progress:
    """`show` draws, or prints a line where the output is no terminal."""

    console: Console
    live: Live
    week: Week
    _said: float = -1.0

    def alarm(self, sentence: str) -> None:
        """Said at once, above the bar."""
        self.console.print(sentence, style="red", soft_wrap=True, highlight=False)

    def show(self, tally: Tally, now: datetime, accepted: int) -> None:
        if self.console.is_terminal:
            self.live.update(screen(tally, now, accepted, self.week))
        elif self.week.played(now) >= self._said + LINE_EVERY:
            self._said = self.week.played(now)
            counts = ", ".join(f"{count} {name}" for name, count in stages(tally) if count)
            at = self.week.local(max(now, self.week.starts))
            self.console.print(f"{at}  {counts or 'nothing yet'}", soft_wrap=True, highlight=False)


@contextmanager
def progress(console: Console, week: Week) -> Iterator[Progress]:
    with Live(console=console, refresh_per_second=REFRESHES, transient=True, auto_refresh=console.is_terminal) as live:
        yield Progress(console, live, week)
