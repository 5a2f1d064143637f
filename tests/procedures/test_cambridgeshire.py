"""Cambridgeshire's MASH and assessment, line by line, as its practitioners would see it."""

import pytest

from mashbus.contracts import hub
from tests.procedures.door import Door


@pytest.mark.parametrize("rag", ["red", "amber"])
async def test_C_12_no_deadline_is_invented_for_agencies(door: Door, rag: str):
    """Agencies are asked without a time; weeks later their silence is still no lapse, and they are waited for."""
    case = await door.refers()
    await case.rated(rag, "mash")
    request = await case.agency("police").asked()
    assert (request.due, request.needed_by) == (None, None)
    assert case.deadlines("agency-response") == []
    await door.time.later(days=20)
    await case.never(hub.SlaAtRisk, hub.SlaBreached, hub.EnquiryCollated)
