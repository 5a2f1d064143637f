"""What a reader is told of agendas and of what meetings decided: codes and roles, never a note."""

from mashbus.contracts import hub
from mashbus.domain.deadline import HUB
from services.status.phrases import Told, colour, plain, spoken


def put_on(record: hub.AgendaItemPlaced) -> Told:
    what = f"Put on the agenda of {plain(record.meeting)}, {record.meets_at:%Y-%m-%d %H:%M} UTC"
    return Told(what, HUB, f"{record.requirement}: {'; '.join(record.reasons)}")


def given(record: hub.MeetingResultGiven) -> Told:
    what = f"Result of {plain(record.meeting)} of {record.met_on} given: {plain(record.result)}"
    return Told(what, record.actor.role)


def recorded(record: hub.MeetingResultRecorded) -> Told:
    said = ["on the next agenda again"] if record.stays else []
    if record.rag is not None:
        ways = f", {spoken(record.pathways)}" if record.pathways else ""
        said.append(f"re-levelled: {colour(record.rag, record.level)}{ways}")
    what = f"Result of {plain(record.meeting)} of {record.met_on}: {plain(record.result)}"
    return Told(what, record.actor.role, "; ".join(said))
