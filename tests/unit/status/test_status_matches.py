"""Who may be a child of the case: open and decided, with the evidence, and nothing of the other person."""

from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from status_story import CASE, MANAGER, at, meta, opened, referral

from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Record
from mashbus.contracts.story import evolve as evolved
from mashbus.domain.case import Case
from mashbus.domain.known import Candidate, Evidence, Says
from mashbus.domain.referral import Child, Concern
from mashbus.domain.vocabulary import Assessment
from mashbus.profiles import load
from services.status.answers import whole_case
from services.status.case_records import CaseRecords
from services.status.log_reading import LogUnreadable
from services.status.match_routes import match_routes
from services.status.matches import matches
from services.status.picture_page import html, text
from services.status.picturing import picture_of
from services.status.view import View, evolve, placed

HACKNEY = load("hackney", Path(__file__).parents[3] / "partnerships")
CONTACT = referral()
EVIDENCE = (
    Evidence(field="given_name", says=Says.SAME, weight=8.2),
    Evidence(field="date_of_birth", says=Says.CLOSE, weight=8.1, detail="day and month are transposed"),
    Evidence(field="sex", says=Says.MISSING, weight=0.0),
)
HELD, EARLIER = UUID(int=1), UUID(int=2)
OFFER = hub.MatchOffered(
    meta=meta("offer", 0.2), child=0,
    candidates=(
        Candidate(candidate_id=HELD, token="ab" * 32, local_id="LA-77", organisation="hackney-social-care",
                  probability=0.93, evidence=EVIDENCE),
        Candidate(candidate_id=EARLIER, case=uuid4(), probability=0.41, evidence=EVIDENCE),
    ),
)  # fmt: skip


def decided(candidate: UUID, hours: float, *, same: bool, name: str = "word") -> hub.MatchDecided:
    return hub.MatchDecided(
        meta=meta(name, hours), actor=MANAGER, candidate_id=candidate, same=same, rationale="Asked the school."
    )


def told(*records: Record) -> CaseRecords:
    return CaseRecords((CONTACT, opened(), OFFER, *records), HACKNEY)


def notified(name: str, hours: float, child: Child) -> hub.PoliceNotificationReceived:
    return hub.PoliceNotificationReceived(
        meta=meta(name, hours), force="met-police", incident="I-1", form="MERLIN", nature="missing", incident_at=at(-1),
        content_hash=name, batch_id=UUID(int=7), children=(child,), adults=(), concern=Concern(),
        assessment=Assessment.SHARE,
    )  # fmt: skip


def test_a_candidate_stands_under_the_child_it_was_offered_for_whatever_the_notifications_clocks_say() -> None:
    """Two of one incident reach the log by two ways; the one that was stamped earlier lies behind the other."""
    first = notified("first", 0.05, Child(local_id="P-1", given_name="Nell"))
    second = notified("second", 0.0, Child(local_id="P-2", given_name="Robin"))
    case = Case.of(CASE)
    for record in (first, second):
        case = evolved(case, record, record.meta.occurred_at)
    place = OFFER.child
    found = matches(CaseRecords((first, second, OFFER), HACKNEY))
    assert case.contact is not None
    assert {one.child_name for one in found.open} == {case.contact.children[place].given_name} == {"Nell"}


def test_what_was_offered_is_open_until_somebody_decides() -> None:
    found = matches(told())
    assert [one.candidate_id for one in found.open] == [HELD, EARLIER]
    assert found.decided == ()
    first = found.open[0]
    assert (first.local_id, first.probability, first.child) == ("LA-77", 0.93, 0)
    assert first.evidence[1].detail == "day and month are transposed"


def test_the_newest_word_counts_and_says_who_and_why() -> None:
    found = matches(told(decided(HELD, 1, same=True), decided(HELD, 2, same=False, name="again")))
    assert [one.candidate_id for one in found.open] == [EARLIER]
    (one,) = found.decided
    assert one.decided
    assert (one.decided.same, one.decided.by.role, one.decided.rationale) == (False, MANAGER.role, "Asked the school.")
    assert one.decided.at == at(2)


def test_a_word_that_was_refused_decides_nothing() -> None:
    word = decided(HELD, 1, same=True)
    refused = hub.DecisionRefused(
        meta=meta("no", 1.1),
        refused_id=word.meta.event_id,
        decision="MatchDecided",
        actor=MANAGER,
        reason="not allowed",
    )
    assert len(matches(told(word, refused)).open) == 2


def test_the_picture_says_what_is_to_be_decided_in_plain_words() -> None:
    records = (CONTACT, opened(), OFFER, decided(EARLIER, 1, same=False))
    view = View(case=Case.of(CASE))
    for record in records:
        view = evolve(view, record, record.meta.occurred_at)
    made = picture_of(whole_case(view, HACKNEY), records, HACKNEY, at(4))
    page = " ".join(text(made, HACKNEY.zone).split())
    assert "may be known: to be decided" in page.lower()
    assert "number LA-77: 93% by what is compared" in page
    assert "date of birth: close, day and month are transposed" in page
    assert "sex: not known" in page
    assert "not the same child" in page
    assert "May be known" in html(made, HACKNEY.zone)


class OneCase:
    def __init__(self, *, log_is_there: bool = True) -> None:
        self.view_of_it = View(case=Case.of(CASE))
        for offset, record in enumerate((CONTACT, opened(), OFFER)):
            evolved = evolve(self.view_of_it, record, record.meta.occurred_at)
            self.view_of_it = placed(evolved, record, topics.CASES, offset)
        self.log_is_there = log_is_there

    async def view(self, _case_id: UUID, _caller: object) -> View:
        return self.view_of_it

    async def narratives(self, _case_id: UUID, _places: object) -> tuple[Record, ...]:
        if not self.log_is_there:
            raise LogUnreadable
        return CONTACT, OFFER


async def asked(one: OneCase, tmp_path: Path, role: str, *may: str, organisation: str | None = None) -> httpx.Response:
    keys = tmp_path / "keys.json"
    secret = add_key(keys, "desk", partnership="hackney", role=role, may=frozenset(may), organisation=organisation)
    app = documented_app("status", "", "1")
    app.include_router(match_routes(one, one.narratives, Access(ApiKeys(keys), {"hackney": HACKNEY})))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as client:
        return await client.get(f"/v1/cases/{CASE}/matches", headers={"Authorization": f"Bearer {secret}"})


async def test_who_decides_reads_the_offers_and_nobody_keeps_them(tmp_path: Path) -> None:
    response = await asked(OneCase(), tmp_path, min(HACKNEY.decides["outcome"]), "picture")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert [one["candidate_id"] for one in response.json()["open"]] == [str(HELD), str(EARLIER)]
    assert "ab" * 32 not in response.text


@pytest.mark.parametrize(
    ("role", "may", "organisation"),
    [("nobody", "picture", None), (min(HACKNEY.decides["outcome"]), "read", None),
     (min(HACKNEY.decides["outcome"]), "picture", "met-police")],
)  # fmt: skip
async def test_nobody_else_reads_them(tmp_path: Path, role: str, may: str, organisation: str | None) -> None:
    response = await asked(OneCase(), tmp_path, role, may, organisation=organisation)
    assert response.status_code == 403


async def test_while_the_log_cannot_be_read_it_says_so(tmp_path: Path) -> None:
    response = await asked(OneCase(log_is_there=False), tmp_path, min(HACKNEY.decides["outcome"]), "picture")
    assert response.status_code == 503
