"""`mashbus deadlines list | show | reconcile`: what is owed and by when, and whether the monitor has missed anything.

Read from the log alone: no service need run, and nothing is written. Ids and instants, never a person's words.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import Progress

from mashbus.bus.clock import Clock
from mashbus.bus.errors import BusError
from mashbus.bus.operator import entries
from mashbus.bus.producer import partition_of
from mashbus.bus.settings import Settings
from mashbus.cli.clock import amount_of
from mashbus.cli.deadlines_list import Listing, Wanted
from mashbus.cli.deadlines_reconcile import Result, canary_intervals
from mashbus.cli.deadlines_show import Found, Sheet, matches
from mashbus.cli.local_time import Zones
from mashbus.contracts import topics
from mashbus.domain.watch import DeadlineState
from services.deadlines.monitor import BLIND_AFTER
from services.deadlines.reconciling.judging import Judged, Reconciliation
from services.deadlines.reconciling.log_fold import DeadlineLog, PartitionFold, deadline_log
from services.deadlines.reconciling.unseen import unhandled

app = typer.Typer(no_args_is_help=True, help="Deadlines as the log has them, and whether the monitor missed any.")

T = TypeVar("T")
ALL = "all"
GROUP = "deadlines"

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command(name="list")
def list_(
    partnership: Annotated[list[str] | None, typer.Option(help="Only that partnership's. Repeatable.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(help="Only what it owes. Repeatable.")] = None,
    within: Annotated[str | None, typer.Option(help="Only what falls due within so much bus time, such as 4h.")] = None,
    state: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(DeadlineState)} or {ALL}. Repeatable; running by default.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Open deadlines, next due first, by organisation, in local time; then how each organisation stands."""
    wanted = Wanted(
        frozenset(partnership or ()),
        frozenset(organisation or ()),
        _states(state),
        amount_of(within) if within else None,
    )
    settings = Settings()
    zones = Zones(settings.partnerships)
    listing = _run(_listed(settings, wanted))
    for line in listing.as_json(zones) if as_json else listing.as_text(zones):
        typer.echo(line)
    _say_unknown(zones)


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A deadline's, request's or case's, or its beginning.")],
) -> None:
    """Everything of it: revisions, instants, steps, what met it, what the monitor said and when."""
    settings = Settings()
    zones = Zones(settings.partnerships)
    found, now = _run(_found(settings, id_.lower()))
    if len(found) != 1:
        raise typer.BadParameter(f"{len(found)} deadlines, requests or cases begin with '{id_}'")
    ((case, deadlines),) = found.values()
    for line in Sheet(case, now, zones).lines(deadlines):
        typer.echo(line)
    _say_unknown(zones)


@app.command()
def reconcile(
    allowance: Annotated[str, typer.Option(help="Real time that the monitor may take; younger is pending.")] = "60s",
    *,
    as_json: Json = False,
) -> None:
    """Work out from the log what should have been breached, and compare. 1: something is amiss, or no canary fires."""
    result = _run(_reconciled(Settings(), amount_of(allowance)))
    if as_json:
        for line in result.as_json():
            typer.echo(line)
    else:
        console = Console(width=None if sys.stdout.isatty() else 200)
        console.print(result.as_table())
        for line in result.as_lines():
            typer.echo(line)
    raise typer.Exit(0 if result.ok else 1)


# -- reading -----------------------------------------------------------------------------------------------------


async def _listed(settings: Settings, wanted: Wanted) -> Listing:
    async with deadline_log(settings, _clock(settings)) as log:
        listing = Listing(wanted, log.now)
        async for fold in _with_progress(log, range(topics.PARTITIONS)):
            listing.take(one.watch for one in fold.cases.values())
    return listing


async def _found(settings: Settings, beginning: str) -> tuple[Found, datetime]:
    """A whole id may be a case's: then only its own partition is read."""
    found: Found = {}
    whole = _is_whole(beginning)
    first = partition_of(beginning) if whole else 0
    numbers = [first, *(one for one in range(topics.PARTITIONS) if one != first)]
    async with deadline_log(settings, _clock(settings)) as log, aclosing(_with_progress(log, numbers)) as folds:
        async for fold in folds:
            found |= matches(fold.cases.values(), beginning)
            if whole and found:
                break
    return found, log.now


async def _reconciled(settings: Settings, allowance: timedelta) -> Result:
    """Whom the monitor waits for is asked first, and who waits behind quarantined records next."""
    clock = _clock(settings)
    unseen = await unhandled(settings.kafka_hosts)
    held, notes = await _held(settings)
    async with deadline_log(settings, clock) as log:
        by_ms = log.cut_ms - allowance // timedelta(milliseconds=1)
        acted_on_by = clock.at(by_ms - BLIND_AFTER // timedelta(milliseconds=1))
        judged = Judged(now=log.now, by=clock.at(by_ms), by_ms=by_ms, acted_on_by=acted_on_by, held=held, unseen=unseen)
        reconciliation = Reconciliation(judged, clock.at)
        unread = 0
        async for fold in _with_progress(log, range(topics.PARTITIONS)):
            reconciliation.take(fold.cases.values())
            unread += fold.unread
    if unread:
        notes.append(f"{unread} records cannot be read and were left out; `mashbus quarantine list` names them")
    accounts = reconciliation.accounts
    return Result(judged, accounts, canary_intervals(accounts, settings.partnerships), tuple(notes))


async def _held(settings: Settings) -> tuple[dict[UUID, str], list[str]]:
    """Cases that the monitor does not know as the log has them, and what to know besides."""
    held: dict[UUID, str] = {}
    notes = []
    for one in await entries(settings):
        if one.record.service != GROUP or one.state not in {"waiting", "discarded"} or not one.record.positions:
            continue
        if one.record.meta.case_id is None:
            notes.append(f"the monitor has a quarantined record of no case that can be told: {one.id} ({one.state})")
        elif one.state == "waiting":
            held[one.record.meta.case_id] = f"its case waits in the monitor behind quarantined record {one.id}"
        else:
            held[one.record.meta.case_id] = f"an operator discarded record {one.id} of its case for the monitor"
    return held, notes


async def _with_progress(log: DeadlineLog, numbers: Iterable[int]) -> AsyncGenerator[PartitionFold]:
    async with _progress(log.records) as heard:
        async for fold in log.folded(numbers, heard):
            yield fold


@asynccontextmanager
async def _progress(total: int) -> AsyncIterator[Callable[[int], object]]:
    """On standard error, for a person only."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading the log", total=total)
        yield lambda count: progress.advance(task, count)


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (BusError, KafkaError, TimeoutError) as fault:
        what = fault.detail if isinstance(fault, BusError) else f"{type(fault).__name__}; is the broker up?"
        typer.echo(f"mashbus: the log can't be read: {what}", err=True)
        raise typer.Exit(2) from None


def _clock(settings: Settings) -> Clock:
    return Clock(settings.home / "clock.json")


def _states(said: list[str] | None) -> frozenset[str]:
    """Empty: any."""
    states = frozenset(said or (DeadlineState.RUNNING.value,))
    if strange := states - {*DeadlineState, ALL}:
        raise typer.BadParameter(f"no state {', '.join(sorted(strange))}; there are {', '.join(DeadlineState)}, {ALL}")
    return frozenset() if ALL in states else states


def _is_whole(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _say_unknown(zones: Zones) -> None:
    for name in zones.unknown:
        typer.echo(f"mashbus: no profile of '{name}' could be read: its instants are said in UTC", err=True)
