"""Which services `mashbus run` starts: the hub's by name, an agency's bound to an organisation or not."""

import pytest
import typer

from mashbus.cli import run
from mashbus.cli.run import AGENCIES, SERVICES, named


@pytest.mark.parametrize("name", [*SERVICES, *(f"{one}@kent-police" for one in AGENCIES)])
def test_every_service_is_known_and_an_agency_s_can_be_bound(name: str) -> None:
    assert str(named(name)) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("triage@hackney", "the hub's own"),
        ("agency_zoo", "there are: intake"),
        ("agency_zoo@kent", "there are: intake"),
        ("agency_police@", "SERVICE@ORGANISATION"),
    ],
)
def test_anything_else_is_refused_with_what_there_is(name: str, said: str) -> None:
    with pytest.raises(typer.BadParameter, match=said):
        named(name)


@pytest.mark.parametrize(
    ("services", "lowered"), [(["matching"], [10]), (["triage"], []), (["triage", "matching"], [])]
)
def test_matching_alone_leaves_the_processor_to_the_others(
    monkeypatch: pytest.MonkeyPatch, services: list[str], lowered: list[int]
) -> None:
    found: list[int] = []
    monkeypatch.setattr(run.os, "nice", found.append)
    monkeypatch.setattr(run.uvloop, "run", lambda serving: serving.close())
    monkeypatch.setattr(run.logs, "configure", lambda _: None)
    run.run(services)
    assert found == lowered
