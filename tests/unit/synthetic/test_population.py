"""A population with known truth: the same on every machine, and every contact about whom it says."""

from itertools import islice

import pytest

from mashbus.synthetic.population import ABOUT_NOBODY, Hard, Population

POPULATION = Population("test", 2000)


def test_one_seed_is_one_population() -> None:
    again = Population("test", 2000)
    assert list(islice(POPULATION.people(), 50)) == list(islice(again.people(), 50))
    assert list(POPULATION.arrivals(Hard.SLIP, 5)) == list(again.arrivals(Hard.SLIP, 5))
    assert list(islice(Population("other", 2000).people(), 50)) != list(islice(again.people(), 50))


@pytest.mark.parametrize("hard", Hard)
def test_there_are_contacts_of_every_hard_case_with_their_truth(hard: Hard) -> None:
    held = {one.number for one in POPULATION.people()}
    found = list(POPULATION.arrivals(hard, 5))
    assert len(found) == 5
    for one in found:
        assert (one.truth is None) if hard in ABOUT_NOBODY else (one.truth in held)


def test_twins_share_all_but_the_given_name() -> None:
    twins = next(home for home in map(POPULATION.household, range(2000)) if home.twins)
    one, other = (twins.held + twins.others)[:2]
    assert one.child.family_name == other.child.family_name
    assert one.child.given_name != other.child.given_name
