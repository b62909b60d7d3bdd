"""Judging a trained network on people it never saw, and writing down each prediction."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import default_table
from training.data.manifest import Row
from training.dxa_bmd.baselines import brightness, by_brightness
from training.dxa_bmd.data import Data
from training.dxa_bmd.metrics import Agreement, Values, agreement, bootstrap_r_gain
from training.dxa_bmd.settings import Settings
from training.person_model import fit_person_model, is_described
from training.runs.keras_training import answers

FEWEST = 20
"""Groups of fewer pictures get no figures of their own."""


@dataclass(frozen=True)
class Gain:
    """By how much the network's r exceeds that of age, sex, weight and height, 95 % interval over persons."""

    r: float
    low: float
    high: float


@dataclass(frozen=True)
class Evaluation:
    """One part's figures, of L1-L4 but in `sites`; None where the manifest lacks what it takes.

    with_person is the network's answer and age, sex, weight and height together, fitted on the tuning part.
    """

    part: str
    sites: Mapping[str, Agreement]
    always_mean: Agreement
    brightness: Agreement
    person: Agreement | None
    with_person: Agreement | None
    gain_over_person: Gain | None
    by_t_score: Mapping[str, Agreement]
    by_age: Mapping[str, Agreement]
    by_sex: Mapping[str, Agreement]


@dataclass(frozen=True, eq=False)
class Predictions:
    """A part's rows with true and predicted BMD in g/cm2: by site [row, site], and of L1-L4 [row]."""

    part: str
    sites: tuple[str, ...]
    rows: tuple[Row, ...]
    true: Values
    predicted: Values
    true_group: Values
    predicted_group: Values

    @property
    def people(self) -> list[str]:
        """One person's id a row."""
        return [row.person for row in self.rows]


def predict(model: keras.Model, settings: Settings, data: Data, part: str) -> Predictions:
    """Let the network, which answers BMD only, answer all pictures of a part."""
    places = data.parts[part]
    predicted = answers(model, data.pictures, places).astype(float)
    return Predictions(
        part=part,
        sites=settings.sites,
        rows=tuple(data.rows[k] for k in places),
        true=data.bmd_g_cm2[places].astype(float),
        predicted=predicted,
        true_group=data.group_g_cm2(part),
        predicted_group=predicted @ np.array(data.targets.area_shares),
    )


def evaluate(found: Predictions, data: Data, tune: Predictions | None) -> Evaluation:
    """Compare a part's predictions with its truth, and with all that is simpler than the network."""
    train = data.group_g_cm2("train")
    grey = [brightness(data.pictures, data.parts[part]) for part in ("train", found.part)]
    sites = {
        site: agreement(found.true[:, k], found.predicted[:, k], found.people)
        for k, site in enumerate(found.sites)
    }
    person, with_person, gain = _beside_person(found, data, tune)
    return Evaluation(
        part=found.part,
        sites=sites | {GROUP: agreement(found.true_group, found.predicted_group, found.people)},
        always_mean=agreement(found.true_group, np.full(len(found.rows), train.mean()), found.people),
        brightness=agreement(found.true_group, by_brightness(grey[0], train, grey[1]), found.people),
        person=person,
        with_person=with_person,
        gain_over_person=gain,
        by_t_score=_by(found, lambda row, true: _t_band(true)),
        by_age=_by(found, lambda row, true: _age_band(row)),
        by_sex=_by(found, lambda row, true: row.sex),
    )


def _beside_person(
    found: Predictions, data: Data, tune: Predictions | None
) -> tuple[Agreement | None, Agreement | None, Gain | None]:
    train_rows = [data.rows[k] for k in data.parts["train"]]
    model = fit_person_model(train_rows, data.group_g_cm2("train"))
    if model is None or not all(is_described(row) for row in found.rows):
        return None, None, None
    alone = model(found.rows)
    gain = Gain(*bootstrap_r_gain(found.true_group, found.predicted_group, alone, found.people))
    both = None
    if tune is not None:
        joint = fit_person_model(tune.rows, tune.true_group, tune.predicted_group)
        both = joint and agreement(found.true_group, joint(found.rows, found.predicted_group), found.people)
    return agreement(found.true_group, alone, found.people), both, gain


def _by(found: Predictions, band: Callable[[Row, float], str | None]) -> dict[str, Agreement]:
    names = [band(row, true) for row, true in zip(found.rows, found.true_group, strict=True)]
    groups = {}
    for name in sorted({name for name in names if name is not None}):
        chosen = np.array([other == name for other in names])
        if chosen.sum() >= FEWEST:
            people = [person for person, is_in in zip(found.people, chosen, strict=True) if is_in]
            groups[name] = agreement(found.true_group[chosen], found.predicted_group[chosen], people)
    return groups


def _t_band(bmd_g_cm2: float) -> str:
    """Return the whole-number band of the true T-score, its open ends at -4 and 2."""
    norm = default_table().young(GROUP)
    t_score = (bmd_g_cm2 - norm.mean_g_cm2) / norm.sd_g_cm2
    low = int(np.clip(np.floor(t_score), -4, 2))
    return {-4: "below -3", 2: "2 and above"}.get(low, f"{low} to {low + 1}")


def _age_band(row: Row) -> str | None:
    if row.age_years is None:
        return None
    decade = int(row.age_years // 10) * 10
    return f"{decade}-{decade + 9}"


def write_predictions(found: Predictions, folder: Path) -> None:
    """Write predictions_PART.csv: a line a picture, true and predicted BMD of each site and L1-L4."""
    names = [site.lower().replace("-", "_") for site in found.sites if site != GROUP]
    head = ["file", "person", "sex", "age_years"]
    head += [f"{kind}_{name}_g_cm2" for kind in ("true", "predicted") for name in (*names, "l1_l4")]
    with (folder / f"predictions_{found.part}.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        for k, row in enumerate(found.rows):
            age = "" if row.age_years is None else f"{row.age_years:g}"
            known = [row.file, row.person, row.sex or "", age]
            true = [*found.true[k, : len(names)], found.true_group[k]]
            answer = [*found.predicted[k, : len(names)], found.predicted_group[k]]
            writer.writerow(known + [f"{value:.5f}" for value in (*true, *answer)])
