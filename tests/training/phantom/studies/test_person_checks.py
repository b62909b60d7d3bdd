"""Drawn people are like NHANES, by the limits that the project set, and the measures of that are right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.phantom.people.nhanes import Participants, read_participants
from training.phantom.people.person import People, draw_people
from training.phantom.people.population import (
    area_shares,
    prevalences,
    r_and_auc,
    size_model_on_participants,
    weighted_share,
)
from training.phantom.studies.people import main
from training.phantom.studies.person_checks import (
    CORRELATION_LIMIT,
    MEAN_LIMIT_PERCENT,
    SD_LIMIT_PERCENT,
    compare_cells,
    compare_correlations,
    erase_and_redraw,
)


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(20_260, 100_000)


@pytest.fixture(scope="module")
def participants() -> Participants:
    return read_participants()


def test_means_and_sds_by_sex_and_decade(participants: Participants, people: People) -> None:
    cells = compare_cells(participants, people)
    assert len(cells) == 2 * 4 * 4
    for cell in cells:
        assert abs(cell.mean.percent(cell.mean.drawn_where_measured)) < MEAN_LIMIT_PERCENT
        assert abs(cell.sd.percent(cell.sd.drawn_where_measured)) < SD_LIMIT_PERCENT
        assert cell.mean.low < cell.mean.drawn < cell.mean.high
        assert cell.sd.low < cell.sd.drawn < cell.sd.high


def test_correlations_between_vertebrae(participants: Participants, people: People) -> None:
    compared = compare_correlations(participants, people)
    assert list(compared) == ["L1-L2", "L1-L3", "L1-L4"]
    for one in compared.values():
        assert abs(one.drawn_where_measured - one.nhanes) < CORRELATION_LIMIT
        assert abs(one.drawn - one.nhanes) < CORRELATION_LIMIT


def test_erased_vertebrae_come_back(participants: Participants) -> None:
    for row in erase_and_redraw(participants, seeds=range(2)):
        assert abs(row.mean_percent) < 2.0
        assert abs(row.sd_percent) < 12.0
        assert abs(row.r_with_l1 - row.r_with_l1_drawn) < 0.05
        assert 80.0 < row.within_90_percent < 96.0


def test_prevalence_of_drawn_people_is_that_of_participants(
    participants: Participants, people: People
) -> None:
    for row in prevalences(participants, people):
        assert row.drawn == pytest.approx(row.nhanes, abs=0.02)
        assert 0.0 < row.low < row.weighted < row.high < 1.0


def test_size_alone_is_as_good_as_known(participants: Participants) -> None:
    r, auc = size_model_on_participants(participants, fewest_vertebrae=4)
    assert r == pytest.approx(0.54, abs=0.01)
    assert auc == pytest.approx(0.80, abs=0.01)


def test_area_shares_add_up(participants: Participants) -> None:
    for weighted in (False, True):
        shares = area_shares(participants, weighted=weighted)
        assert shares.sum() == pytest.approx(1.0)
        assert list(shares) == sorted(shares)


def test_equal_weights_give_the_plain_share(participants: Participants) -> None:
    equal = replace(participants, exam_weight=np.ones(len(participants)))
    women = participants.female
    share, low, high = weighted_share(equal, participants.age_years < 60, women)
    assert share == pytest.approx((participants.age_years[women] < 60).mean())
    assert low < share < high


def test_auc_counts_pairs_in_order() -> None:
    bmd = np.array([0.6, 0.7, 1.0, 1.1])
    assert r_and_auc(bmd, bmd)[1] == pytest.approx(1.0)
    assert r_and_auc(np.array([0.6, 1.05, 1.0, 1.1]), bmd)[1] == pytest.approx(0.75)


def test_the_page_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.phantom.studies.people._ERASING_SEEDS", range(1))
    out = tmp_path / "results" / "person.md"
    main(["--out", str(out), "--count", "5000", "--seed", "1"])
    page = out.read_text(encoding="utf-8")
    assert page.startswith("# Phantom people")
    assert "5,000 people drawn with seed 1" in page
    assert page.count("\n| women |") == page.count("\n| men |") == 16 + 4 + 4
