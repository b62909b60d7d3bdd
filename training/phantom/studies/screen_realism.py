"""How phantom DXA screens differ from real ones, feature by feature, and what to mend next.

`python -m training.phantom.studies.screen_realism --out docs/results/screen_realism.md` draws phantoms and
reads the folder dxa_spine of TRABECULA_REAL_IMAGES. Only the spread of all real screens is compared, not
their classes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from training.phantom.dxa.picture import make_dxa_picture
from training.phantom.studies.screen_features import NAMES, screen_features
from training.real_pictures import listed_folder

Table = NDArray[np.float64]
SEED = 900
SIZE_PX = 512


def main(arguments: list[str] | None = None) -> int:
    """Compare and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m training.phantom.studies.screen_realism", description=__doc__
    )
    parser.add_argument("--count", type=int, default=400, help="phantoms to draw")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = listed_folder("dxa_spine", parser)
    phantoms, bmd = _of_phantoms(chosen.count)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(_of_real(folder), phantoms, bmd), encoding="utf-8")
    return 0


def page(real: Table, phantoms: Table, bmd_g_cm2: Table) -> str:
    """Return the page; tables are [picture, feature] in the order of NAMES."""
    weights, accuracy = telling_apart(real, phantoms)
    lines = [
        "# Phantom DXA screens beside real ones",
        "",
        "Made by `make study-realism` (`python -m training.phantom.studies.screen_realism`). Real screens",
        f"are read for their spread only ({len(real)} pictures, all classes together), and {len(phantoms)}",
        "phantoms of every look. KS is the largest gap between the two distributions; the weight is a",
        "logistic regression's that tells real from phantom, largest first: what to mend next. Balanced",
        f"accuracy in 5 folds: {accuracy:.2f} (0.50: cannot tell). Last, the correlation with L1-L4 BMD in",
        "phantoms.",
        "",
        "| feature | real: 5 %, median, 95 % | phantoms | KS | weight | r with BMD |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    names = list(NAMES)
    for i in np.argsort(-np.abs(weights)):
        gap = ks_2samp(real[:, i], phantoms[:, i]).statistic
        r = np.corrcoef(phantoms[:, i], bmd_g_cm2)[0, 1]
        lines.append(
            f"| {NAMES[names[i]]} | {_spread(real[:, i])} | {_spread(phantoms[:, i])} | {gap:.2f} |"
            f" {weights[i]:+.2f} | {r:+.2f} |"
        )
    return "\n".join([*lines, ""])


def telling_apart(real: Table, phantoms: Table) -> tuple[Table, float]:
    """Return the weights by which a logistic regression names real screens, and its balanced accuracy."""
    features = np.concatenate([real, phantoms])
    is_real = np.arange(len(features)) < len(real)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=1000))
    named = cross_val_predict(model, features, is_real, cv=5)
    model.fit(features, is_real)
    accuracy = (named[is_real].mean() + (~named[~is_real]).mean()) / 2
    return model[-1].coef_[0], float(accuracy)


def _of_phantoms(count: int) -> tuple[Table, Table]:
    pictures = [make_dxa_picture(SEED, number, "every", SIZE_PX) for number in range(count)]
    bmd = np.array([picture.phantom.truth.bmd_l1_l4_g_cm2 for picture in pictures])
    return _table([screen_features(picture.pixels) for picture in pictures]), bmd


def _of_real(folder: Path) -> Table:
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file)]
    return _table([screen_features(cv2.imread(str(folder / name))) for name in names])


def _table(rows: Sequence[Mapping[str, float]]) -> Table:
    return np.array([list(row.values()) for row in rows])


def _spread(values: Table) -> str:
    return ", ".join(f"{value:.3f}" for value in np.percentile(values, [5, 50, 95]))


if __name__ == "__main__":
    sys.exit(main())
