"""Small rules of the kit: which adapter is used, when it is alive, what its log tells, and that the suite catches."""

import asyncio
import json
import logging
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from aiokafka import ConsumerRecord
from structlog.testing import capture_logs

from mashbus.bus.agency import Bound, Finding, Known, NotBound, NotKnown, Risk, organisation_of
from mashbus.bus.agency.database import NotSeeded
from mashbus.bus.agency.progress import Progress
from mashbus.bus.agency.reading import Faults, received, unparsed
from mashbus.bus.agency.serving import NoSuchRecords, chosen, serve_agency
from mashbus.bus.clock import Clock
from mashbus.bus.schema_ids import SchemaIds, wanted_ids
from mashbus.bus.settings import Settings
from mashbus.contracts.agency import RequestSeen
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.topics import requests_of, responses_of
from mashbus.testing import AgencyConformance, Rehearsal, asked


def built_in(organisation, settings, clock): ...


def replaced(organisation, settings, clock): ...


NAMED = f"{__name__}:replaced"


@pytest.mark.parametrize(
    ("setting", "factory"),
    [
        ("", built_in),
        (NAMED, replaced),
        (f"met-police={NAMED}", replaced),
        (f"homerton-health={NAMED}", built_in),
        (f"homerton-health=no:where, met-police={NAMED}", replaced),
    ],
)
def test_the_setting_replaces_the_adapter_of_the_organisation_it_names(setting, factory):
    assert chosen("met-police", built_in, setting).__name__ == factory.__name__


@pytest.mark.parametrize("setting", ["no_such_module:factory", f"{__name__}:no_such_factory", "nonsense"])
def test_a_setting_that_names_nothing_is_refused_and_said(setting):
    with pytest.raises(NoSuchRecords, match=setting.split(":", maxsplit=1)[0]):
        chosen("met-police", built_in, setting)


def test_an_agency_service_can_serve_another_organisation(monkeypatch: pytest.MonkeyPatch):
    assert organisation_of("agency_police", "met-police") == "met-police"
    monkeypatch.setenv("MASHBUS_AGENCY_POLICE", "surrey-police")
    assert organisation_of("agency_police", "met-police") == "surrey-police"


def test_a_service_is_bound_to_an_organisation_where_it_is_started():
    assert Bound.read("agency_police") == Bound("agency_police")
    assert Bound.read("agency_police@kent-police") == Bound("agency_police", "kent-police")
    assert [str(Bound.read(one)) for one in ("triage", "agency_health@nhs-1")] == ["triage", "agency_health@nhs-1"]


@pytest.mark.parametrize(
    "written", ["", "agency_police@", "@kent", "agency_police@../kent", "agency_police@a@b", "a b"]
)
def test_what_is_no_name_of_a_service_is_refused(written: str):
    with pytest.raises(ValueError, match="SERVICE@ORGANISATION"):
        Bound.read(written)


def test_a_service_without_an_organisation_of_its_own_says_how_it_is_started():
    with pytest.raises(NotBound, match="agency_casework@<organisation's id>"):
        organisation_of("agency_casework")


def test_trap_17_alive_is_who_moves_or_has_nothing_to_do():
    progress = Progress(timedelta(milliseconds=1))
    long_ago = time.monotonic() - 60
    time.sleep(0.002)
    assert not progress.live
    progress.observe(waiting=True, moved_at=long_ago)
    assert not progress.live, "records wait and nothing moves"
    progress = Progress(timedelta(seconds=30))
    progress.observe(waiting=False, moved_at=long_ago)
    assert progress.live
    progress.observe(waiting=True, moved_at=time.monotonic())
    assert progress.live


async def test_traps_4_and_5_no_header_is_read_before_our_own_code():
    raw = ConsumerRecord(
        "t", 0, 7, 0, 1, None, None, None, 0, 0, (("reply_to", b"mash.cases"), ("x", None), ("y", b"\xff"))
    )
    message = await unparsed((raw,))
    assert (message.reply_to, message.headers) == ("", {})
    (got,) = await received(message)
    assert (got.offset, got.value, len(got.headers)) == (7, None, 3)


def test_trap_13_what_faststream_would_log_is_reduced_to_a_class():
    with capture_logs() as lines:
        Faults("met-police").log(logging.ERROR, "Tess Fableworth", exc_info=ValueError("Tess"), extra={"x": "Tess"})
        Faults("met-police").log(logging.INFO, "Tess Fableworth")
    assert len(lines) == 1
    assert lines[0]["fault"] == "ValueError"
    assert "Tess" not in str(lines)


class Adapter:
    async def risk(self, request) -> Risk | None:
        return None

    async def look_up(self, request) -> Finding:
        return NotKnown()

    async def close(self) -> None: ...


async def test_without_broker_and_registry_it_waits_and_ends_when_told(tmp_path: Path):
    settings = Settings(home=tmp_path, kafka="127.0.0.1:1", registry="http://127.0.0.1:1")
    catalogue = Catalogue.load(settings.schemas)
    wanted = wanted_ids(catalogue, (requests_of("x"), responses_of("x")))
    SchemaIds(tmp_path).keep({pair: number for number, pair in enumerate(wanted, start=1)})
    stop = asyncio.Event()
    with capture_logs() as lines:
        served = asyncio.create_task(serve_agency("x", lambda *_: Adapter(), settings, Clock(), stop, 0))
        async with asyncio.timeout(30):
            while not any(line["event"] == "broker_awaited" for line in lines):
                await asyncio.sleep(0.02)
        port = json.loads((tmp_path / "run" / "x.json").read_text())["port"]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as probe:
            assert (await probe.get("/livez")).status_code == 200
            assert (await probe.get("/readyz")).status_code == 503
        stop.set()
        await asyncio.wait_for(served, 20)
    assert not (tmp_path / "run" / "x.json").exists()


async def test_an_adapter_that_cannot_be_opened_ends_the_service(tmp_path: Path):
    def broken(*_):
        raise NotSeeded(tmp_path / "x.db")

    with pytest.raises(NotSeeded):
        await serve_agency("x", broken, Settings(home=tmp_path), Clock(), asyncio.Event(), 0)


class NeverTheSame(Adapter):
    def __init__(self) -> None:
        self.times = 0

    async def look_up(self, request) -> Finding:
        self.times += 1
        return Known(summary=f"{self.times}")


class WarnsOfStrangers(Adapter):
    async def risk(self, request) -> Risk | None:
        return Risk(information="Somebody of that name.")


class NeedsABirthday(Adapter):
    async def look_up(self, request) -> Finding:
        assert all(child.date_of_birth for child in request.children)
        return NotKnown()


class MixesUp(Adapter):
    def __init__(self) -> None:
        self.current = None

    async def look_up(self, request) -> Finding:
        self.current = request
        await asyncio.sleep(0)
        return Known(summary=f"About {self.current.request_id}")


class TooMuch(Adapter):
    async def look_up(self, request) -> Finding:
        return Known(summary="x" * 9_000_000)


async def test_an_answer_that_the_contract_refuses_is_parked_and_said():
    async with Rehearsal("met-police", TooMuch()) as rehearsal:
        said = await rehearsal.tell(asked("met-police", "too much"))
        assert [type(one.record) for one in said] == [RequestSeen]
        assert [one.reason for one in rehearsal.parked] == ["too_large"]


@pytest.mark.parametrize(
    ("adapter", "test"),
    [
        (NeverTheSame, "test_doing_it_again_says_the_same_under_the_same_ids"),
        (WarnsOfStrangers, "test_only_a_known_person_is_spoken_of"),
        (NeedsABirthday, "test_it_answers_each_request_once_and_says_first_that_it_was_seen"),
        (MixesUp, "test_requests_that_come_together_are_not_mixed_up"),
    ],
)
def test_the_suite_catches_a_bad_adapter(adapter, test):
    suite = AgencyConformance()
    suite.organisation = "met-police"
    suite.open_records = adapter
    with pytest.raises(AssertionError):
        getattr(suite, test)()
    suite.open_records = Adapter
    getattr(suite, test)()
