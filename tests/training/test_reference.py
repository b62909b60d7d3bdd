"""The committed derived numbers are what NHANES gives."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from desktop.clinical.lumbar import VERTEBRAE, mean_area_shares
from desktop.clinical.reference import default_table
from desktop.paths import assets_dir
from training import reference
from training.phantom.people.nhanes import default_file

NHANES = default_file()


def test_the_command_writes_what_is_committed(tmp_path: Path) -> None:
    shutil.copytree(assets_dir() / "reference" / "tables", tmp_path / "tables")
    assert reference.main(["--nhanes", str(NHANES), "--reference", str(tmp_path)]) == 0
    for name in ("tables/hologic_nhanes_2005_2008.json", "lumbar_area_shares.json"):
        assert (tmp_path / name).read_bytes() == (assets_dir() / "reference" / name).read_bytes()


def test_traps_of_the_file_are_left_out() -> None:
    spines = reference.read_spines(NHANES)
    assert spines.bmd_g_cm2.min() > 0.3
    assert spines.bmd_g_cm2.max() < 2.2
    assert spines.weight.sum() == pytest.approx(1.0)


def test_ratios_weigh_to_one_by_area() -> None:
    women = reference.read_spines(NHANES, "F", (50, 59))
    ratios = reference.vertebra_ratios(women)
    shares = reference.area_shares(women)
    # mean of ratios over area: not exactly 1, since area and BMD go together
    assert sum(ratios[name][0] * shares[name] for name in VERTEBRAE) == pytest.approx(1.0, abs=0.01)


def test_vertebrae_rise_from_l1_to_l3_as_in_published_tables() -> None:
    means = [default_table().young_adult[name].mean_g_cm2 for name in VERTEBRAE]  # type: ignore[index]
    assert means[0] < means[1] < means[2]
    assert list(mean_area_shares().values()) == sorted(mean_area_shares().values())


def test_equal_vertebrae_have_ratio_one() -> None:
    column = np.array([0.8, 1.0, 1.2])
    four = np.repeat(column[:, None], 4, axis=1)
    ratios = reference.vertebra_ratios(reference.Spines(four, np.ones((3, 4)), np.full(3, 1 / 3)))
    assert ratios == {name: pytest.approx((1.0, 1.0)) for name in VERTEBRAE}
