"""A person's word that a case belongs to an earlier one: put on record, refused where it says no reason."""

from uuid import UUID

import pytest
from intake_door import PARTNERSHIP, headers

from mashbus.contracts import hub
from mashbus.domain.known import LinkKind
from mashbus.domain.partnership import Partnership

CASE, EARLIER = UUID("11111111-2222-5333-8444-555555555555"), UUID("22222222-2222-5333-8444-555555555555")
BODY = {"to": str(EARLIER), "kind": "same_incident", "rationale": "Two schools wrote about one evening."}


@pytest.fixture
def partnership() -> Partnership:
    return PARTNERSHIP


async def test_a_link_names_the_earlier_case_and_why(door, log, keys) -> None:
    answer = await door.post(f"/v1/cases/{CASE}/links", json=BODY, headers=headers(keys.manager, "key-1"))

    assert answer.status_code == 202, answer.text
    (record,) = log.records
    assert isinstance(record, hub.LinkGiven)
    assert (record.meta.case_id, record.to, record.kind) == (CASE, EARLIER, LinkKind.SAME_INCIDENT)


@pytest.mark.parametrize(
    ("change", "where"),
    [({"kind": "UNKNOWN"}, "/kind"), ({"kind": "twins"}, "/kind"), ({"to": "HAC-1"}, "/to"), ({"rationale": " "}, "/rationale")],
)  # fmt: skip
async def test_a_link_without_a_case_a_kind_or_a_reason_is_refused(door, log, keys, change, where) -> None:
    answer = await door.post(f"/v1/cases/{CASE}/links", json={**BODY, **change}, headers=headers(keys.manager, "key-1"))

    assert answer.status_code in (400, 422)
    assert where in [fault["where"] for fault in answer.json()["faults"]]
    assert not log.records
