import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.clinical.lumbar import (
    MEASURED_PRECISION_CV,
    VERTEBRAE,
    l1_l4_bmd,
    least_significant_change,
    mean_area_shares,
)

four = st.lists(st.floats(0.1, 2.5), min_size=4, max_size=4).map(
    lambda v: dict(zip(VERTEBRAE, v, strict=True))
)


def test_area_shares_sum_to_one() -> None:
    shares = mean_area_shares()
    assert tuple(shares) == VERTEBRAE
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-9)


def test_l1_l4_by_hand() -> None:
    bmd = {"L1": 0.8, "L2": 0.9, "L3": 1.0, "L4": 1.1}
    areas = {"L1": 12.0, "L2": 13.0, "L3": 15.0, "L4": 16.0}
    assert l1_l4_bmd(bmd, areas) == pytest.approx((9.6 + 11.7 + 15.0 + 17.6) / 56)


@given(four, four)
def test_l1_l4_stays_within_its_parts(bmd: dict[str, float], shares: dict[str, float]) -> None:
    assert min(bmd.values()) <= l1_l4_bmd(bmd, shares) <= max(bmd.values())


def test_least_significant_change() -> None:
    assert least_significant_change(MEASURED_PRECISION_CV) == pytest.approx(0.0526, abs=5e-5)
