import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.findings.outcome import CutOffs, decide
from desktop.findings.result import NotMeasured, Outcome

CUT_OFFS = CutOffs(0.2, 0.6)
RANK = [Outcome.NOT_FLAGGED, Outcome.UNCERTAIN, Outcome.FLAGGED]


@pytest.mark.parametrize(
    ("probability", "outcome"),
    [
        (0.0, Outcome.NOT_FLAGGED),
        (0.2, Outcome.UNCERTAIN),
        (0.6, Outcome.UNCERTAIN),
        (0.61, Outcome.FLAGGED),
    ],
)
def test_below_between_and_above_the_cut_offs(probability: float, outcome: Outcome) -> None:
    assert decide(probability, CUT_OFFS) is outcome


@pytest.mark.parametrize("probability", [0.0, 0.9])
def test_a_quality_failure_is_uncertain(probability: float) -> None:
    assert decide(probability, CUT_OFFS, ["The picture is cut off."]) is Outcome.UNCERTAIN


def test_no_probability_is_uncertain() -> None:
    assert decide(NotMeasured("no"), CUT_OFFS) is Outcome.UNCERTAIN


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_probability_has_no_lesser_outcome(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert RANK.index(decide(low, CUT_OFFS)) <= RANK.index(decide(high, CUT_OFFS))


@pytest.mark.parametrize("pair", [(0.6, 0.2), (-0.1, 0.5), (0.5, 1.1)])
def test_cut_offs_rise(pair: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        CutOffs(*pair)
