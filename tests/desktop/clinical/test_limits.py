"""A measure's words say on which side of its limits it lies, and no number that means nothing to a clinic."""

import math

import pytest

from desktop.clinical import chest_anatomy, lumbar_anatomy
from desktop.clinical.limits import Limits, broken_limit

WIDTH = Limits(10.0, 20.0, "the width", "it is only {value:.0f} mm wide", "it is {value:.0f} mm wide", " mm")


@pytest.mark.parametrize(
    ("value", "words"),
    [(10.0, None), (20.0, None), (9.2, "it is only 9 mm wide"), (31.0, "it is 31 mm wide")],
)
def test_the_words_say_on_which_side_a_value_lies(value, words):
    assert broken_limit({"width": value}, {"width": WIDTH}) == words


def test_a_value_that_is_no_number_is_of_points_in_one_place():
    assert "in one place" in (broken_limit({"width": math.nan}, {"width": WIDTH}) or "")


def test_the_furthest_value_is_the_one_that_matters():
    assert WIDTH.furthest([14.0, 21.0, 11.0]) == 21.0


@pytest.mark.parametrize("limits", [lumbar_anatomy.LIMITS, chest_anatomy.LIMITS])
def test_each_limit_that_can_be_broken_has_words_without_shares(limits):
    for name, each in limits.items():
        above = each.told(each.high + 1.0)
        below = each.told(each.low - 1.0)
        assert above, name
        assert below or each.low == 0.0, name
        told_numbers = any(
            letter.isdigit() for letter in above.replace("L1 to L3", "").replace("C7 to T12", "")
        )
        assert told_numbers == bool(each.unit), name
