import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.clinical.ages import age_warnings, check_age, score_kind
from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score, t_score_bmd, table_warnings, why_no_z_score, z_score
from desktop.errors import RefusedError

SITES = ("L1", "L2", "L3", "L4", "L1-L4")
bmds = st.floats(0.2, 2.0)


def test_the_t_score_of_clinical_md() -> None:
    assert round(t_score(0.80, "L1-L4", default_table()), 2) == -2.49


def test_t_minus_2_5_is_0_799() -> None:
    assert t_score_bmd(-2.5, default_table()) == pytest.approx(0.799)


def test_z_scores_by_hand() -> None:
    table = default_table()
    assert z_score(0.80, "L1-L4", "F", 65, table) == pytest.approx((0.80 - 0.952) / 0.142)
    assert z_score(0.80, "L1-L4", "M", 80, table) == pytest.approx((0.80 - 1.068) / 0.177)


@given(bmds, bmds, st.sampled_from(SITES))
def test_a_larger_bmd_has_no_smaller_t_score(one: float, other: float, site: str) -> None:
    low, high = sorted((one, other))
    assert t_score(low, site, default_table()) <= t_score(high, site, default_table())


@given(bmds)
def test_a_t_score_leads_back_to_its_bmd(bmd: float) -> None:
    assert t_score_bmd(t_score(bmd, "L1-L4", default_table()), default_table()) == pytest.approx(bmd)


@pytest.mark.parametrize(
    ("site", "sex", "age", "says"),
    [
        ("L1-L4", None, 60, "needs the patient's sex and age"),
        ("L1-L4", "F", None, "needs the patient's sex and age"),
        ("L2", "F", 60, "L1-L4 only"),
        ("L1-L4", "F", 81, "from 21 to 80 years, and the patient is 81"),
        ("L1-L4", "M", 20, "from 21 to 80 years, and the patient is 20"),
    ],
)
def test_no_z_score_beyond_the_table(site: str, sex: str | None, age: int | None, says: str) -> None:
    assert says in (why_no_z_score(site, sex, age, default_table()) or "")
    with pytest.raises(KeyError):
        z_score(0.9, site, sex, age, default_table())


@pytest.mark.parametrize(("age", "kind"), [(49, "Z"), (50, "T"), (80, "T"), (None, "T")])
def test_t_from_50_else_z(age: int | None, kind: str) -> None:
    assert score_kind(age) == kind


def test_under_20_is_refused() -> None:
    with pytest.raises(RefusedError, match="under 20"):
        check_age(19)
    check_age(20)
    check_age(None)


def test_who_may_be_under_20_is_refused_until_the_age_is_entered() -> None:
    with pytest.raises(RefusedError, match="is 66 and 10.*enter the right age"):
        check_age(None, contested_years=(66, 10))
    check_age(66, contested_years=(66, 10))
    check_age(None, contested_years=(66, 50))


@pytest.mark.parametrize(("age", "says"), [(81, "older"), (None, "not known")])
def test_ages_outside_the_training_data_are_warned_of(age: int | None, says: str) -> None:
    assert [says in warning for warning in age_warnings(age)] == [True]


def test_younger_people_are_told_that_and_that_screening_starts_later() -> None:
    younger, later = age_warnings(49)
    assert "younger" in younger
    assert "starts at 50" in later


@pytest.mark.parametrize("age", [50, 80])
def test_ages_of_the_training_data_are_not_warned_of(age: int) -> None:
    assert age_warnings(age) == ()


def test_the_models_own_scale_needs_no_warning() -> None:
    assert table_warnings(default_table()) == ()


def test_another_makers_table_is_warned_of() -> None:
    lunar = msgspec.structs.replace(default_table(), scale="GE Lunar")
    assert "converted to Hologic" in table_warnings(lunar)[0]
