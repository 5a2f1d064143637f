"""What the people that the demonstration plays have before them, from the log."""

from uuid import UUID, uuid4

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.demo.case_files import CaseFiles
from tests.unit.demo.test_tally import CASE, MANAGER, STARTS, decided, meta, routed


def test_refusals_milestones_and_outcomes_are_kept_by_case() -> None:
    files = CaseFiles()
    files.take(hub.DecisionRefused(meta=meta(), refused_id=uuid4(), decision="RatingGiven", actor=MANAGER, reason="r"))
    files.take(
        hub.MilestoneRecorded(meta=meta(), actor=MANAGER, milestone="form-reviewed", reached_at=STARTS, deadlines=())
    )
    files.take(decided())
    files.take(routed())
    assert (files.refused[CASE], files.reached, files.decided) == (1, {CASE: {"form-reviewed"}}, [CASE])
    assert files.refused[UUID(int=8)] == 0


def test_what_belongs_to_no_case_is_left_out() -> None:
    own = Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=STARTS)
    files = CaseFiles()
    files.take(decided().model_copy(update={"meta": own}))
    assert files.decided == []
