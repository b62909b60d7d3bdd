"""The ceiling of one test part: what the true bones of the very persons in its pictures tell of L1 to L4."""

from __future__ import annotations

import re
from collections.abc import Sequence

from training.chest_multi_roi.metrics import Values
from training.phantom.people.bones import relative_mineral
from training.phantom.people.person import draw_people
from training.phantom.studies.ceiling import SEEN, WHOLE
from training.phantom.studies.ceiling_estimators import gaussian_estimate

_PHANTOM = re.compile(r"chest_frontal_(\d{1,9})_(\d{6})\.dcm")


def best_estimate(files: Sequence[str]) -> Values | None:
    """Return BMD in g/cm2, [file, L1 to L4], by the true mineral of a chest's bones, age, sex and size.

    The best estimate that there is (docs/results/ceiling.md). R and AUC depend on how far people differ, so a
    network's are held against the same persons'. None unless all files are chest phantoms of one seed.
    """
    names = [_PHANTOM.fullmatch(file) for file in files]
    numbers = [int(name[2]) for name in names if name]
    seeds = {int(name[1]) for name in names if name}
    if len(numbers) < len(files) or len(seeds) != 1:
        return None
    (seed,) = seeds
    people = draw_people(seed, max(numbers) + 1)
    return gaussian_estimate(people, relative_mineral(people, seed), SEEN[WHOLE])[numbers]
