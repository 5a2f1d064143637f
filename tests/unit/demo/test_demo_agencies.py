"""Who answers in a week: every organisation on the bus, of whichever partnership; one falls silent, another is slow."""

from dataclasses import replace

import pytest

from mashbus.cli.run import AGENCIES, named
from mashbus.demo.agencies import on_the_bus, service_of, silence, slowness
from mashbus.demo.cast import HUB, parts_of
from mashbus.demo.week import Week
from tests.unit.demo.played import HACKNEY, WEEKS


def all_connected(week: Week, *, connected: bool = True) -> Week:
    profile = week.partnership
    organisations = tuple(replace(one, connected=connected) for one in profile.organisations)
    return Week(replace(profile, organisations=organisations))


@pytest.fixture(params=WEEKS)
def week(request: pytest.FixtureRequest) -> Week:
    return all_connected(WEEKS[request.param])


def test_every_organisation_has_a_service_that_can_be_run_for_it(week: Week) -> None:
    for one in on_the_bus(week.partnership):
        bound = named(str(service_of(one)))
        assert bound.service in AGENCIES
        assert bound.organisation == one.id


def test_one_falls_silent_and_another_is_slow_and_both_are_asked(week: Week) -> None:
    silent, slow = silence(week), slowness(week)
    assert silent
    assert slow
    assert silent.organisation != slow.organisation
    roles = {role for pathway in week.partnership.pathways.values() for role in pathway.asks}
    assert {silent.organisation.role, slow.organisation.role} <= roles


def test_hackney_s_troubles_are_education_s_and_health_s() -> None:
    silent, slow = silence(HACKNEY), slowness(HACKNEY)
    assert (silent and silent.organisation.id, slow and slow.organisation.id) == (
        "hackney-education",
        "homerton-health",
    )


def test_where_nobody_is_on_the_bus_nothing_goes_wrong() -> None:
    alone = all_connected(HACKNEY, connected=False)
    assert (on_the_bus(alone.partnership), silence(alone), slowness(alone)) == ([], None, None)
    assert set(parts_of([], None)) == set(HUB)


def test_who_falls_silent_has_a_process_of_its_own() -> None:
    parts = parts_of(["agency_police@a", "agency_health@b", "agency_casework@c"], "agency_casework@c")
    assert parts["agency_casework@c"] == ("agency_casework@c",)
    assert parts["agencies"] == ["agency_police@a", "agency_health@b"]
