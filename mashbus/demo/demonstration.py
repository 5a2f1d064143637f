"""The whole demonstration: set up, play, sum up, take down, whatever happens in between."""

import os
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from mashbus.bus.clock import ClockFile
from mashbus.bus.settings import PREFIX, Settings, default_home
from mashbus.demo import errands, keys
from mashbus.demo.agencies import on_the_bus, service_of, silence, slowness
from mashbus.demo.cast import Cast, ServiceDied, ServiceSilent, parts_of
from mashbus.demo.errands import ErrandFailed
from mashbus.demo.house import DemonstrationRuns, NotOurs, emptied, occupied
from mashbus.demo.input import Input, NothingToPlay, gathered
from mashbus.demo.interruptions import Interruptions
from mashbus.demo.play import STANDS_STILL, Play, Played
from mashbus.demo.profile import own_profile
from mashbus.demo.progress import progress
from mashbus.demo.summary import Report, summary
from mashbus.demo.week import Week
from mashbus.profiles import ProfileRefused, UnknownPartnership, load
from mashbus.stack import Stack, StackError, StackSettings
from mashbus.synthetic.police_batch import NOT_KEPT

EXPECTED = (StackError, ServiceDied, ServiceSilent, ErrandFailed, DemonstrationRuns, NotOurs, NothingToPlay, OSError,
            ProfileRefused, UnknownPartnership)  # fmt: skip
"""What is said in a sentence; anything else is a fault of ours and shows where it happened."""
INTERRUPTED = 130
SLOW_RECORDS = "mashbus.demo.slow_records:records"
VERIFY_WITHIN = 60.0
"""Real seconds."""


@dataclass(frozen=True)
class Options:
    partnership: str
    census: Path | None
    own: Path | None
    speed: float
    seed: int


def perform(options: Options, console: Console) -> int:
    """The exit code. Nothing that was started outlives the call."""
    interruptions = Interruptions()
    home = default_home().absolute() / "demo"
    with interruptions.heeded():
        try:
            with occupied(home), interruptions.tidily() as held:
                code = _Demonstration(options, console, home, interruptions).perform(held)
        except KeyboardInterrupt:
            console.print("Stopped. Nothing is left running.")
            return INTERRUPTED
        except EXPECTED as fault:
            console.print(f"[red]{fault}[/red]", highlight=False, soft_wrap=True)
            return 1
        console.print("Everything was ended; nothing is left running.")
        return code


class _Demonstration:
    def __init__(self, options: Options, console: Console, home: Path, interruptions: Interruptions) -> None:
        self._options = options
        self._console = console
        self._home = home
        self._interruptions = interruptions

    def perform(self, held: ExitStack) -> int:
        begun = time.monotonic()
        stack = self._own_stack()
        emptied(self._home, stack)
        profiles = own_profile(self._home, Settings(home=self._home).partnerships, self._options.partnership)
        week = Week(load(self._options.partnership, profiles))
        self._say(f"[bold]{week.partnership.title}[/bold]: a week, from {week.local(week.starts)}.")
        options = self._options
        given = gathered(week, census=options.census, own=options.own, folder=self._home, seed=options.seed)
        self._say(f"Input: {given.said}, and a police batch. Everything in it is synthetic unless you brought it.")
        for fault in given.faults:
            self._say(f"[yellow]not used: {fault}[/yellow]")
        held.callback(stack.down)
        stack.up()
        environment = {**stack.environment(), f"{PREFIX}PARTNERSHIPS": str(profiles)}
        settings = _settings(environment)
        issued = self._prepare(settings, environment, week)
        cast = _cast(self._home, environment, week)
        held.callback(cast.stop_all)
        self._say(f"Starting {sum(map(len, cast.parts.values()))} services as {len(cast.parts)} processes …")
        cast.start()
        cast.await_ready()
        addresses = _addresses(cast)
        self._seed(given, environment, week)
        self._say(f"Set up in {time.monotonic() - begun:.0f} s. API docs: {addresses['API docs (intake)']}")
        return self._play(
            Play(week, settings, cast, issued, given, options.speed, self._home / "receipts.jsonl"), addresses
        )

    def _own_stack(self) -> Stack:
        """A stack of its own even where the environment names a real one: an empty log each time."""
        alone = StackSettings(kafka=None, registry=None, redis=None, smtp=None, mail_dir=None)
        return Stack(self._home, owner_pid=os.getpid(), settings=alone, report=self._say)

    def _prepare(self, settings: Settings, environment: Mapping[str, str], week: Week) -> keys.Keys:
        self._say("Topics, schemas, API keys, and the agencies' own databases …")
        ClockFile(settings.home / "clock.json").start(week.starts, STANDS_STILL)
        agencies = [str(service_of(one)) for one in on_the_bus(week.partnership)]
        seeding = [("synthetic", "agency", one) for one in agencies]
        errands.run([("topics", "apply"), ("schemas", "publish"), *seeding], self._home, environment)
        return keys.issue(settings.api_keys, week.partnership)

    def _seed(self, given: Input, environment: Mapping[str, str], week: Week) -> None:
        """Whom the council knows, told to the hub as an operator does. A census that somebody brought may be faulty."""
        holders = week.partnership.known.holders
        if given.known is None or not holders:
            return
        self._say(f"Importing whom {holders[0]} knows: mashbus import cin {given.known.name} …")
        where = ("--partnership", week.partnership.name, "--organisation", holders[0])
        try:
            errands.run([("import", "cin", str(given.known.absolute()), *where)], self._home, environment)
        except ErrandFailed as fault:
            if given.known_is_ours:
                raise
            self._say(f"[yellow]{fault}[/yellow]")

    def _play(self, play: Play, addresses: Mapping[str, str]) -> int:
        with progress(self._console, play.week) as shown:
            played = self._interruptions.run(play.run(shown))
        report = _report(play, played, addresses)
        self._say("Asking `mashbus verify` whether the promises held …")
        report.verified, report.verdict = self._verify(play)
        self._console.print(summary(report), highlight=False)
        return 1 if played.died or report.verified is False else 0

    def _verify(self, play: Play) -> tuple[bool, str]:
        command = errands.mashbus("verify", "--receipts", str(play.receipts), "--planted", NOT_KEPT)
        try:
            done = subprocess.run(  # noqa: S603  our own command
                command,
                env={**os.environ, **play.cast.environment, "COLUMNS": str(self._console.width)},
                capture_output=True,
                text=True,
                timeout=VERIFY_WITHIN,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False, f"no verdict within {VERIFY_WITHIN:.0f} s"
        return done.returncode == 0, (done.stdout + done.stderr).strip()

    def _say(self, sentence: str) -> None:
        self._console.print(sentence, highlight=False, soft_wrap=True)


def _settings(environment: Mapping[str, str]) -> Settings:
    """The stack's announcement as settings, whatever else the environment says."""
    values: dict[str, Any] = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items()}
    return Settings(**values)


def _cast(home: Path, environment: Mapping[str, str], week: Week) -> Cast:
    """The one that falls silent has a process of its own, which can be stopped."""
    agencies = [str(service_of(one)) for one in on_the_bus(week.partnership)]
    silent, slow = silence(week), slowness(week)
    named = {f"{PREFIX}AGENCY_RECORDS": f"{slow.organisation.id}={SLOW_RECORDS}"} if slow else {}
    parts = parts_of(agencies, alone=str(service_of(silent.organisation)) if silent else None)
    return Cast(home, {**environment, **named}, parts)


def _addresses(cast: Cast) -> dict[str, str]:
    urls = {name: cast.address(name).url for name in cast.services}
    docs = {f"API docs ({name})": f"{urls[name]}/docs" for name in ("intake", "status")}
    return docs | {f"metrics of {name}": f"{url}/metrics" for name, url in urls.items()}


def _report(play: Play, played: Played, addresses: Mapping[str, str]) -> Report:
    mail = play.settings.mail_dir
    return Report(
        week=play.week,
        tally=played.tally,
        accepted=dict(sorted(played.door.accepted.items())),
        refused=played.door.refused,
        retried=played.door.retried,
        faults=play.input.faults,
        story=played.story,
        holder_story=played.holder_story,
        addresses=addresses,
        mail=mail,
        mails=sum(1 for _ in mail.glob("*.eml")),
        receipts=play.receipts,
        logs=play.cast.logs,
        died=played.died,
    )
