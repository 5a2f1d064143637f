"""H-16: no count that is withheld can be worked out by a reader who has pencil, paper and all the rest of the answer."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from reported import contact, several

from services.status.reports.counting import (
    ETHNICITY,
    FACTOR,
    FACTOR_BY_ETHNICITY,
    NEED,
    NEED_BY_ETHNICITY,
    SOURCE,
    Key,
    MonthCounts,
    counted,
)

NEEDS, ETHNICITIES = ("N1", "N2", "N4"), ("WBRI", "BCRB", "AIND")


def sums(amounts: Sequence[range], total: int) -> Iterator[tuple[int, ...]]:
    """All ways to take one of each range that make up the total."""
    if not amounts:
        if total == 0:
            yield ()
        return
    most = total - sum(one.start for one in amounts[1:])
    for first in range(amounts[0].start, min(amounts[0].stop, most + 1)):
        for others in sums(amounts[1:], total - first):
            yield (first, *others)


def possible(told: MonthCounts, keys: Sequence[Key]) -> Sequence[range]:
    """What a reader holds possible of each: what is shown is known, what is withheld is at least 1."""
    assert told.contacts is not None
    counts = [told.count(key) for key in keys]
    return [range(1, told.contacts + 1) if count is None else range(count, count + 1) for count in counts]


def tables(told: MonthCounts) -> Iterator[Mapping[Key, int]]:
    """Every table of needs by ethnicities, with its sums, that a reader cannot rule out."""
    inner = [(NEED_BY_ETHNICITY, need, one) for need, one in product(NEEDS, ETHNICITIES)]
    outer = [*((NEED, one, "") for one in NEEDS), *((ETHNICITY, one, "") for one in ETHNICITIES)]
    allowed = dict(zip(outer, possible(told, outer), strict=True))
    for numbers in sums(possible(told, inner), told.contacts or 0):
        whole = Counter[Key]()
        for (_, need, ethnicity), number in zip(inner, numbers, strict=True):
            whole.update({(NEED, need, ""): number, (ETHNICITY, ethnicity, ""): number})
        if all(whole[key] in allowed[key] for key in outer):
            yield {**whole, **dict(zip(inner, numbers, strict=True))}


def check_unknown(key: Key, found: set[int], really: int, below: int) -> None:
    assert really in found
    assert len(found) > 1, f"{key} can be worked out: it is {really}"
    if really < below:
        assert max(found) >= below, f"{key} is known to be below {below}"


some = st.lists(
    st.tuples(st.sampled_from(NEEDS), st.sampled_from(ETHNICITIES), st.sampled_from(["2A", "6", "3A", "9"])),
    max_size=16,
)


@settings(max_examples=300, deadline=None)
@given(some, st.sampled_from([2, 3, 5]))
def test_H_16_no_withheld_count_of_a_table_and_its_sums_can_be_worked_out(
    drawn: list[tuple[str, str, str]], below: int
) -> None:
    told = counted([contact(need=need, ethnicity=one, source=source) for need, one, source in drawn], below)
    if told.contacts is None or NEED_BY_ETHNICITY in told.tables_withheld:
        return
    really = Counter[Key]()
    for need, ethnicity, _ in drawn:
        really.update([(NEED, need, ""), (ETHNICITY, ethnicity, ""), (NEED_BY_ETHNICITY, need, ethnicity)])
    found: dict[Key, set[int]] = {}
    for table in tables(told):
        for key, number in table.items():
            found.setdefault(key, set()).add(number)
    for key, number in really.items():
        if told.count(key) is None:
            check_unknown(key, found[key], number, below)
        else:
            assert told.count(key) == number >= below


@settings(max_examples=300, deadline=None)
@given(some, st.sampled_from([2, 3, 5]))
def test_H_16_no_withheld_count_of_a_list_can_be_worked_out(drawn: list[tuple[str, str, str]], below: int) -> None:
    told = counted([contact(source=source, area=source) for _, _, source in drawn], below)
    if told.contacts is None or SOURCE in told.tables_withheld:
        return
    keys = [(SOURCE, one, "") for one in ("2A", "6", "3A", "9")]
    ways = list(sums(possible(told, keys), told.contacts))
    for place, key in enumerate(keys):
        if told.count(key) is None:
            check_unknown(key, {way[place] for way in ways}, sum(source == key[1] for *_, source in drawn), below)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(ETHNICITIES), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1),
    st.sampled_from([2, 3, 5]),
)
def test_H_16_neither_those_with_a_factor_nor_those_without_can_be_worked_out(
    drawn: dict[str, tuple[int, int]], below: int
) -> None:
    groups = [
        *(several(having, ethnicity=one, factors=("3A",)) for one, (having, _) in drawn.items()),
        *(several(lacking, ethnicity=one) for one, (_, lacking) in drawn.items()),
    ]
    told = counted([one for group in groups for one in group], below)
    having = told.count((FACTOR, "3A", ""))
    whole = {one: told.count((ETHNICITY, one, "")) for one in drawn}
    told_of = [one for one in drawn if whole[one] is not None]
    if having is None or told.contacts is None or FACTOR_BY_ETHNICITY in told.tables_withheld:
        return
    assert having == 0 or (having >= below and (told.contacts - having >= below or told.contacts == having))
    with_it = {one: told.count((FACTOR_BY_ETHNICITY, "3A", one)) for one in drawn}
    assert all(with_it[one] in (None, 0) for one in drawn if one not in told_of)
    least = 0 if all(with_it[one] is None for one in drawn if whole[one] != 0) else 1
    hidden_wholes = told.contacts - sum(whole[one] or 0 for one in told_of)
    ranges = [
        range(least, (whole[one] or 0) + 1) if with_it[one] is None else range(with_it[one], with_it[one] + 1)
        for one in told_of
    ]
    ways = list(sums([*ranges, range(hidden_wholes + 1)], having))
    for place, one in enumerate(told_of):
        if with_it[one] is None:
            found = {way[place] for way in ways}
            check_unknown((FACTOR, "3A", one), found, drawn[one][0], below)
            check_unknown((FACTOR, "3A", one), {whole[one] - number for number in found}, drawn[one][1], below)


def test_H_16_a_month_of_few_contacts_tells_nothing() -> None:
    told = counted(several(4), 5)
    assert told.contacts is None
    assert told.count((SOURCE, "2A", "")) is None


def test_H_16_large_counts_and_zeros_are_shown() -> None:
    told = counted([*several(6), *several(9, source="6")], 5)
    assert (told.contacts, told.count((SOURCE, "2A", "")), told.count((SOURCE, "6", ""))) == (15, 6, 9)
    assert told.count((SOURCE, "3A", "")) == 0


def test_H_16_one_small_count_takes_another_with_it() -> None:
    """All but one shown, and the total: the one would be what is left."""
    told = counted([*several(20), *several(9, source="6"), *several(3, source="9")], 5)
    counts = [told.count((SOURCE, one, "")) for one in ("2A", "6", "9")]
    assert (told.contacts, counts) == (32, [20, None, None])
