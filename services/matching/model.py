"""What Splink compares, field by field, and what each degree of agreement is called.

The weights stand in `model.json`: `python -m services.matching.training` makes them from a synthetic population whose
truth is known; the service only reads them. A level's label is what a person is told: "how far: in plain words".
"""

from typing import Any

from splink import SettingsCreator
from splink import comparison_level_library as level
from splink import comparison_library as comparison

from services.matching.features import AROUND_BIRTH

GIVEN, FAMILY, BORN, EXPECTED, SEX, HOME = (
    "given_name",
    "family_name",
    "date_of_birth",
    "expected_date_of_birth",
    "sex",
    "address",
)
FIELDS = (GIVEN, FAMILY, BORN, EXPECTED, SEX, HOME)
SWAPPED = "close: given and family name are swapped"
OTHER_GIVEN = "different: another given name"

_IS_SWAPPED = "given_l = family_r AND family_l = given_r"
_LIKE = "(jaro_winkler_similarity({0}_l, {0}_r) >= 0.92 OR damerau_levenshtein({0}_l, {0}_r) <= 1)"
_DAYS = "abs(date_diff('day', cast({0} AS DATE), cast({1} AS DATE)))"
_TO_BIRTH = _DAYS.format("coalesce(expected_l, expected_r)", "coalesce(born_l, born_r)")
_BORN_SINCE = "(expected_l IS NULL) <> (expected_r IS NULL)"
_SAME_YEAR = "substr(born_l, 1, 4) = substr(born_r, 1, 4)"
_TRANSPOSED = (
    f"{_SAME_YEAR} AND substr(born_l, 6, 2) = substr(born_r, 9, 2) AND substr(born_l, 9, 2) = substr(born_r, 6, 2)"
)


def _level(sql: str, label: str) -> level.CustomLevel:
    return level.CustomLevel(sql, label)


def _null(sql: str) -> Any:
    return level.CustomLevel(sql, "missing").configure(is_null_level=True)


def _else(label: str) -> Any:
    return level.ElseLevel().configure(label_for_charts=label)


def _exact(column: str, label: str) -> Any:
    found = level.ExactMatchLevel(column, term_frequency_adjustments=True)
    return found.configure(label_for_charts=label, tf_minimum_u_value=0.0001)


def given_name() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name=GIVEN,
        comparison_levels=[
            _null("given_l IS NULL OR given_r IS NULL"),
            _exact("given", "same"),
            _level("list_contains(spoken_l, given_r) OR list_contains(spoken_r, given_l)",
                   "close: one is a short form of the other"),
            _level(_IS_SWAPPED, SWAPPED),
            _level(_LIKE.format("given"), "close: spelt a little differently"),
            _else(OTHER_GIVEN),
        ],
    )  # fmt: skip


def family_name() -> comparison.CustomComparison:
    """Swapped names are weighed once, with the given name."""
    return comparison.CustomComparison(
        output_column_name=FAMILY,
        comparison_levels=[
            _null("family_l IS NULL OR family_r IS NULL"),
            _exact("family", "same"),
            _level(_IS_SWAPPED, SWAPPED),
            _level("list_has_any(family_parts_l, family_parts_r)", "close: a part of a double name is the same"),
            _level(_LIKE.format("family"), "close: spelt a little differently"),
            _else("different: another family name"),
        ],
    )


def date_of_birth() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name=BORN,
        comparison_levels=[
            _null("born_l IS NULL OR born_r IS NULL"),
            _level("born_l = born_r", "same"),
            _level(_TRANSPOSED, "close: day and month are transposed"),
            _level(f"{_SAME_YEAR} AND (born_l LIKE '%-01-01' OR born_r LIKE '%-01-01')",
                   "close: the same year, and one is 1 January, as where the day is not known"),
            _level("damerau_levenshtein(born_l, born_r) <= 1", "close: one digit differs"),
            _else("different: another date of birth"),
        ],
    )  # fmt: skip


def expected_date_of_birth() -> comparison.CustomComparison:
    """Only where one of the two is unborn: nothing is said of it where both are born."""
    weeks = AROUND_BIRTH.days // 7
    return comparison.CustomComparison(
        output_column_name=EXPECTED,
        comparison_levels=[
            _null("(expected_l IS NULL AND expected_r IS NULL) OR (expected_l IS NULL AND born_l IS NULL) "
                  "OR (expected_r IS NULL AND born_r IS NULL)"),
            _level("expected_l = expected_r", "same"),
            _level(f"{_DAYS.format('expected_l', 'expected_r')} <= 21", "close: expected within three weeks of it"),
            _level(f"{_BORN_SINCE} AND {_TO_BIRTH} <= 21", "close: born within three weeks of the day expected"),
            _level(f"{_BORN_SINCE} AND {_TO_BIRTH} <= {AROUND_BIRTH.days}",
                   f"close: born within {weeks} weeks of the day expected"),
            _else("different: expected at another time"),
        ],
    )  # fmt: skip


def sex() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name=SEX,
        comparison_levels=[
            _null("sex_l IS NULL OR sex_r IS NULL"),
            _level("sex_l = sex_r", "same"),
            _else("different: another sex"),
        ],
    )


def address() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name=HOME,
        comparison_levels=[
            _null("postcode_l IS NULL OR postcode_r IS NULL"),
            _level("postcode_l = postcode_r AND house_l = house_r", "same"),
            _level("postcode_l = postcode_r", "close: the same postcode"),
            _else("different: another address"),
        ],
    )


def untrained() -> SettingsCreator:
    """Contacts on the left, the people held on the right; blocking is ours (features.py)."""
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[given_name(), family_name(), date_of_birth(), expected_date_of_birth(), sex(), address()],
        blocking_rules_to_generate_predictions=[],
        probability_two_random_records_match=1e-5,
        retain_intermediate_calculation_columns=True,
    )
