"""Which services `mashbus run` starts: the hub's by name, an agency's bound to an organisation or not."""

import pytest
import typer

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
