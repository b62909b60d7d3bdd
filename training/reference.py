"""Single-vertebra references and area shares, derived from NHANES: `python -m training.reference`."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from desktop.paths import assets_dir
from training.phantom.people.nhanes import default_file, mineral_over_area, read_participants


@dataclass(frozen=True)
class Spines:
    """People with four valid vertebrae: bmd_g_cm2 and area_cm2 are [person, L1 to L4], weight sums to 1."""

    bmd_g_cm2: NDArray[np.float64]
    area_cm2: NDArray[np.float64]
    weight: NDArray[np.float64]

    @property
    def group_g_cm2(self) -> NDArray[np.float64]:
        """L1-L4: total mineral over total area, [person]."""
        return mineral_over_area(self.bmd_g_cm2, self.area_cm2)


def read_spines(path: Path, sexes: str = "FM", ages_years: tuple[int, int] = (50, 80)) -> Spines:
    """Read the people of these sexes and ages, both ages included, who have all of L1 to L4."""
    people = read_participants(path)
    who = people.measured.all(axis=1) & np.isin(np.where(people.female, "F", "M"), list(sexes))
    who &= (people.age_years >= ages_years[0]) & (people.age_years <= ages_years[1])
    weight = people.exam_weight[who]
    return Spines(people.bmd_g_cm2[who], people.area_cm2[who], weight / weight.sum())


def vertebra_ratios(women: Spines) -> dict[str, tuple[float, float]]:
    """Return each vertebra's weighted mean and SD as shares of those of L1-L4 in the same people."""
    group_mean, group_sd = _mean_and_sd(women.group_g_cm2, women.weight)
    ratios = {}
    for column, name in enumerate(VERTEBRAE):
        mean, sd = _mean_and_sd(women.bmd_g_cm2[:, column], women.weight)
        ratios[name] = (mean / group_mean, sd / group_sd)
    return ratios


def area_shares(people: Spines) -> dict[str, float]:
    """Return each vertebra's weighted mean share of the area of L1-L4, rounded to four digits, sum 1."""
    shares = people.area_cm2 / people.area_cm2.sum(axis=1, keepdims=True)
    rounded = {
        name: round(float(share), 4) for name, share in zip(VERTEBRAE, people.weight @ shares, strict=True)
    }
    return rounded | {"L4": round(1.0 - sum(rounded[name] for name in VERTEBRAE[:-1]), 4)}


def derived_norms(women: Spines, mean_g_cm2: float, sd_g_cm2: float) -> dict[str, dict[str, object]]:
    """Return the young-adult norms of L1 to L4 from those of L1-L4, as the table file holds them."""
    return {
        name: {
            "mean_g_cm2": round(mean_g_cm2 * mean_ratio, 3),
            "sd_g_cm2": round(sd_g_cm2 * sd_ratio, 3),
            "source": f"derived: L1-L4 mean x {mean_ratio:.4f} and SD x {sd_ratio:.4f}, the survey-weighted "
            f"ratios of {name} to L1-L4 in {len(women.weight)} women aged 50-59 with four valid vertebrae, "
            "NHANES 2017-March 2020",
            "derived": True,
        }
        for name, (mean_ratio, sd_ratio) in vertebra_ratios(women).items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the derived numbers into the shipped table and the area shares beside it."""
    parser = argparse.ArgumentParser(prog="python -m training.reference", description=__doc__)
    parser.add_argument("--nhanes", type=Path, default=default_file())
    parser.add_argument(
        "--reference", type=Path, default=assets_dir() / "reference", help="folder to write into"
    )
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _write_norms(arguments.reference / "tables" / "hologic_nhanes_2005_2008.json", arguments.nhanes)
    _write_shares(arguments.reference / "lumbar_area_shares.json", arguments.nhanes)
    return 0


def _write_norms(path: Path, nhanes: Path) -> None:
    table = json.loads(path.read_text(encoding="utf-8"))
    group = table["young_adult"]["L1-L4"]
    women = read_spines(nhanes, "F", (50, 59))
    table["young_adult"] = derived_norms(women, group["mean_g_cm2"], group["sd_g_cm2"]) | {"L1-L4": group}
    _write(path, table)


def _write_shares(path: Path, nhanes: Path) -> None:
    people = read_spines(nhanes)
    source = (
        f"derived: survey-weighted mean share of the area of L1-L4 in {len(people.weight)} people of 50 and "
        "over with four valid vertebrae, NHANES 2017-March 2020"
    )
    _write(path, {"area_shares": area_shares(people), "source": source})


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    logging.info("wrote %s", path)


def _mean_and_sd(values: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[float, float]:
    mean = float(weight @ values)
    return mean, float(np.sqrt(weight @ (values - mean) ** 2))


if __name__ == "__main__":
    raise SystemExit(main())
