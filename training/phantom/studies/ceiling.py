"""Writes how well the best possible estimator could tell L1 to L4 from the bones of a chest picture.

`python -m training.phantom.studies.ceiling --out docs/results/ceiling.md`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from training.markdown import lines
from training.phantom.people.bone_covariance import BONES, CERVICAL, FROZEN, OFF_SPINE, THORACIC, correlation
from training.phantom.people.bones import expected_log_mineral, places, relative_mineral
from training.phantom.people.nhanes import Participants, read_participants
from training.phantom.people.person import People, draw_people
from training.phantom.people.population import correlations_after_size, splits
from training.phantom.studies.ceiling_estimators import (
    RESAMPLES,
    SITES,
    Interval,
    Judged,
    fitted_estimate,
    gaussian_estimate,
    judge,
)

Floats = NDArray[np.float64]

LOWEST, HIGHEST = 0.80, 0.92
"""Where the mean R of the whole chest has to lie, so that what was published has its place below it."""

CHEST = (*CERVICAL, *THORACIC, *(name for name in OFF_SPINE if name != "pelvis"))
NO_BONE, WHOLE, UNHIDDEN = "no bone", "whole chest", "whole chest but T10-T12"
SEEN: dict[str, tuple[str, ...]] = {
    NO_BONE: (),
    "ribs": ("ribs",),
    "clavicles": ("right_clavicle", "left_clavicle"),
    "scapulae and humeri": ("scapulae", "humeri"),
    "cervical spine": CERVICAL,
    "T1-T9": THORACIC[:9],
    "T12": ("T12",),
    UNHIDDEN: tuple(name for name in CHEST if name not in THORACIC[9:]),
    WHOLE: CHEST,
}
PUBLISHED_R = {"ribs": 0.737, "clavicles": 0.756, "cervical spine": 0.795, "T12": 0.751, WHOLE: 0.857}
"""Mean R of the multi-ROI study's networks for one region, and of all its networks together, private data."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw people and their bones, judge the estimators on the split `test` and write the page."""
    parser = argparse.ArgumentParser(prog="python -m training.phantom.studies.ceiling", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/results/ceiling.md"))
    parser.add_argument("--count", type=int, default=100_000, help="how many people to draw")
    parser.add_argument("--seed", type=int, default=20_260)
    given = parser.parse_args(arguments)
    page = write_page(draw_people(given.seed, given.count), given.seed)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{given.out}\n")


def write_page(people: People, seed: int) -> str:
    """Return the page in Markdown."""
    relative, split = relative_mineral(people, seed), splits(people)
    train, test = split == "train", split == "test"
    best = {
        name: judge(gaussian_estimate(people, relative, seen), people, test) for name, seen in SEEN.items()
    }
    fitted, alone = (
        {
            name: judge(fitted_estimate(people, relative, seen, train, knows_person=knows), people, test)
            for name, seen in SEEN.items()
            if seen or knows
        }
        for knows in (True, False)
    )
    parts = [
        _opening(people, test, seed),
        _verdict(best[WHOLE], best[NO_BONE]),
        _ceilings(best),
        _checks(best, fitted, alone),
        _ground(read_participants(), people, relative),
        _limits(best),
    ]
    return "\n".join(parts)


def _opening(people: People, test: NDArray[np.bool_], seed: int) -> str:
    return f"""# The ceiling of the chest

Written by `make study-ceiling` (`python -m training.phantom.studies.ceiling`), from {len(people):,} people
drawn with seed {seed}; judged on the {test.sum():,} of them ({len(np.unique(people.participant[test])):,}
participants) in the split `test`, with 95 % intervals from {RESAMPLES} resamples of those participants.

A chest picture shows other bones than L1 to L4. Here an estimator is told what no picture tells: the
true mineral of each bone, and age, sex, weight and height. With the frozen covariance of {FROZEN}
([person_bones.md](../person_bones.md)) its best answer is the Gaussian conditional mean; nothing is
fitted. A network that learns from phantoms of the chest can come near and not above, and one that comes
above has found a leak.
"""


def _verdict(whole: Judged, no_bone: Judged) -> str:
    inside = "inside" if LOWEST <= whole.mean_r <= HIGHEST else "OUTSIDE"
    r = _with_interval(whole.mean_r, whole.r_interval)
    auc = _with_interval(whole.mean_auc, whole.auc_interval)
    return f"""**The ceiling: mean R {r}, mean AUC {auc}**,
{inside} the {LOWEST:.2f} to {HIGHEST:.2f} in mean R that the project set. Age, sex, weight and height
alone reach {no_bone.mean_r:.3f} and {no_bone.mean_auc:.3f}.
"""


def _ceilings(best: Mapping[str, Judged]) -> str:
    head = (
        "| true mineral of | " + " | ".join(SITES[:4]) + " | mean R | mean AUC | L1-L4 | published mean R |"
    )
    rows = [
        (
            name,
            *(f"{r:.3f} / {auc:.3f}" for r, auc in zip(one.r[:4], one.auc[:4], strict=True)),
            _with_interval(one.mean_r, one.r_interval),
            _with_interval(one.mean_auc, one.auc_interval),
            f"{one.r[4]:.3f} / {one.auc[4]:.3f}",
            f"{PUBLISHED_R[name]:.3f}" if name in PUBLISHED_R else "",
        )
        for name, one in best.items()
    ]
    return f"""## By what is seen

R / AUC, each with age, sex, weight and height. A case is T < -2.5 of that vertebra by the shipped table;
the means are over L1 to L4, as in published tables; L1-L4 is mineral over area of the four. *Published*:
the multi-ROI study, on real pictures of other, private patients; for the whole chest all its networks
together. Its R hangs on how much those patients differ, and a region of a picture shows more than its bone.

{head}
{"| --- " * 9}|
{lines(rows)}
"""


def _checks(best: Mapping[str, Judged], fitted: Mapping[str, Judged], alone: Mapping[str, Judged]) -> str:
    rows = [
        (
            name,
            f"{one.mean_r:.3f}",
            f"{fitted[name].mean_r:.3f}",
            f"{alone[name].mean_r:.3f}" if name in alone else "",
        )
        for name, one in best.items()
    ]
    return f"""## Does another way find more?

Mean R. *Fitted*: least squares on the bones and their squares with age, sex and size, on the people in
the split `train`. *Bones alone*: the same without age, sex, weight and height, of which bone already tells
most: here every bone follows them as L1 to L4 do.

| true mineral of | conditional mean | fitted | bones alone |
| --- | --- | --- | --- |
{lines(rows)}
"""


def _ground(participants: Participants, people: People, relative: Floats) -> str:
    measured, count = correlations_after_size(participants)
    mean, sd = expected_log_mineral(people)
    drawn = np.corrcoef(((np.log(relative) - mean) / sd).T)
    rows = []
    for at, name in enumerate((*VERTEBRAE[1:], "humeri"), start=1):
        stated, of_drawn = (table[places(("L1",))[0], BONES.index(name)] for table in (correlation(), drawn))
        label = f"L1-{name}" if name in VERTEBRAE else "L1-femur; the table's humeri and pelvis"
        rows.append((label, f"{measured[0, at]:.3f}", f"{stated:.3f}", f"{of_drawn:.3f}"))
    return f"""## The table beside NHANES

Correlations of log BMD after age, sex, weight and height: measured in {count:,} participants with four valid
vertebrae and a femur (a selection, somewhat less dense); as the table states; and in all drawn people.

| | NHANES | stated | drawn |
| --- | --- | --- | --- |
{lines(rows)}

Before age, sex and size are taken out, drawn bones correlate with the mean of L1 to L3 at
{_raw_correlations(relative)}.
CT of single vertebrae, worn and fractured ones included: 0.69 (C2) to 0.93 (T12), median 0.82; mid-thoracic
ones 0.91 and 0.93 (sources 1 and 2 of [person_bones.md](../person_bones.md)).
"""


def _raw_correlations(relative: Floats) -> str:
    lumbar = relative[:, places(("L1", "L2", "L3"))].mean(axis=1)
    named = {
        name: np.corrcoef(relative[:, BONES.index(name)], lumbar)[0, 1]
        for name in ("C3", "T1", "T6", "T8", "T12", "ribs", "left_clavicle", "humeri")
    }
    return ", ".join(f"{r:.2f} ({name.replace('_', ' ')})" for name, r in named.items())


def _limits(best: Mapping[str, Judged]) -> str:
    t12, unhidden = best["T12"], best[UNHIDDEN]
    return f"""## What holds the ceiling up

- **T12.** Its areal mineral alone gives {t12.mean_r:.3f}: it neighbours L1 and lies in the field. People were
  drawn with it before chests were planned (5.5 % apart from L1, as L1 from L2), so the ceiling could not
  be set below that. On real pictures T12 lies under heart and diaphragm, and the published network reads
  it worst but one.
- Without T10 to T12 the ceiling is {_with_interval(unhidden.mean_r, unhidden.r_interval)}: nearer to
  what a picture shows, and to the published {PUBLISHED_R[WHOLE]:.3f}.
- L1 is out of the field here, although on some real chest pictures its upper part can be seen.
- The ceiling is of these phantoms. It says nothing of patients but what the covariance assumes.
"""


def _with_interval(value: float, interval: Interval) -> str:
    return f"{value:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


if __name__ == "__main__":
    main()
