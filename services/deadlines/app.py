"""The deadline monitor: arms timers from the story, fires them, and never on lag."""

import asyncio
from functools import partial

from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.bus.clock import Clock
from mashbus.bus.metrics import CANARY_FIRED, CANARY_LATENESS, SLA_LATENESS, TIMELY_AFTER_BREACH
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.deadlines import watched
from mashbus.contracts.record import Record
from mashbus.domain.watch import Watch
from services.deadlines.barrier import Offsets
from services.deadlines.canary import Canaries
from services.deadlines.decide import decide, timers
from services.deadlines.endings import say_endings
from services.deadlines.monitor import Monitor
from services.deadlines.reconciling.recount import Recount
from services.deadlines.silence.asking import partners
from services.deadlines.silence.watching import SilenceWatch, watched_pairs

READS = (topics.CASES, topics.BREACHES, topics.EMAILS, topics.HUB)


WATCHES: Fold[Watch] = Fold(
    start=lambda case_id: Watch(case_id=case_id), evolve=watched, adapter=TypeAdapter(Entry[Watch]), timers=timers
)


def service() -> Service[Watch]:
    return Service(name="deadlines", reads=READS, fold=WATCHES, decide=decide, count=count)


def count(record: Record) -> None:
    """Lateness, and the breaches of answers that were in time after all: these must stay at 0."""
    if isinstance(record, hub.CanaryFired):
        late = record.meta.occurred_at - record.deadline.due
        CANARY_FIRED.labels(record.meta.partnership).set(record.meta.occurred_at.timestamp())
        CANARY_LATENESS.labels(record.meta.partnership).set(late.total_seconds())
    if isinstance(record, hub.SlaBreachResolved):
        deadline = record.deadline
        labels = (record.meta.partnership, deadline.owner, deadline.rag or "", deadline.clock)
        SLA_LATENESS.labels(*labels).observe(record.lateness_microseconds / 1_000_000)
        if record.lateness_microseconds == 0:
            TIMELY_AFTER_BREACH.labels(*labels).inc()


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "deadlines") as parts, Offsets(settings.kafka_hosts) as offsets:
        broker_time = parts.producer.broker_time
        clock = clock.by(broker_time.wall)
        say_endings(parts.profiles, clock.now().date())
        loop = loop_of(service(), settings, clock, parts)
        monitor = Monitor(loop, parts.producer, clock, offsets, Canaries(parts.profiles), broker_time)
        recount = Recount(loop, clock, parts.profiles, monitor.blind)
        asking, pairs = partial(partners, settings.kafka_hosts), watched_pairs(parts.profiles)
        silences = SilenceWatch(loop, parts.producer, clock, parts.codec, pairs, asking)
        await run_loop(loop, settings, stop, port, monitor.run(stop), silences.run(stop), recount.run(stop))
