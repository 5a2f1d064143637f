"""What meetings add to a log: case e is on an agenda because of its colour, and a meeting re-levels it (H-12, G-12)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from verified_log import HOUR, SECOND, Log, meta, uid

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import Actor
from mashbus.domain.procedure import AgendaRule, Meeting
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Rag

CHAIR = Actor(label="chair", role="mash_manager")
AMBER = AgendaRule(reason="It is amber.", conditions=(Condition(fact="rating", test="is", value="amber"),))
DAILY = Meeting(
    name="daily", title="Daily", requirement="G-12", days=frozenset(range(5)), at=time(10), items=(AMBER,),
    roles=frozenset({"mash_manager"}), results={"agreed": "Agreed", "more": "More is needed"},
)  # fmt: skip
MEETS = datetime(2026, 6, 9, 9, tzinfo=UTC)
"""Ten in the morning in Hackney, on the Tuesday."""


def meeting(log: Log) -> Log:
    log.profile = replace(log.profile, meetings={DAILY.name: DAILY})
    at = log.get("e.routed").at + SECOND
    item = hub.AgendaItemPlaced(
        meta=meta("e.placed", uid("e"), at),
        meeting="daily",
        requirement="G-12",
        meets_at=MEETS,
        reasons=(AMBER.reason,),
    )
    log.put("e.placed", topics.CASES, item, at)
    said = {"actor": CHAIR, "meeting": "daily", "met_on": MEETS.date(), "result": "agreed", "rag": Rag.RED}
    given = MEETS + HOUR + timedelta(minutes=7)
    word = hub.MeetingResultGiven(meta=meta("e.met.given", uid("e"), given), **said)  # type: ignore[arg-type]
    log.put("e.met.given", topics.CASES, word, given)
    fact = hub.MeetingResultRecorded(
        meta=meta("e.met", uid("e"), given + SECOND, uid("e.met.given")),
        **said,  # type: ignore[arg-type]
    )
    log.put("e.met", topics.CASES, fact, given + SECOND)
    rating = hub.RatingGiven(
        meta=meta("e.relevelled", uid("e"), given + SECOND, uid("e.met")), actor=CHAIR, rag=Rag.RED, pathways=(),
        rationale="Decided at Daily",
    )  # fmt: skip
    log.put("e.relevelled", topics.CASES, rating, given + 2 * SECOND)
    refused = hub.DecisionRefused(
        meta=meta("e.relevelled.refused", uid("e"), given + 3 * SECOND, uid("e.relevelled")),
        refused_id=uid("e.relevelled"), decision="RatingGiven", actor=CHAIR, reason="r",
    )  # fmt: skip
    log.put("e.relevelled.refused", topics.CASES, refused, given + 3 * SECOND)
    for case in ("c", "i"):
        if any(one.name == f"{case}.routed" for one in log.entries):
            first = log.get(f"{case}.routed").at + SECOND
            log.put(
                f"{case}.placed", topics.CASES,
                item.model_copy(update={"meta": meta(f"{case}.placed", uid(case), first)}), first,
            )  # fmt: skip
    log.in_time()
    return log
