"""The runs of the study by name, and what their folders tell: answers, landmarks, and what was told."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from desktop.errors import AppError
from training.chest_multi_roi.settings import PRESETS, BmdSettings, Course, Settings

Values = NDArray[np.float64]

SHIPPED = "edge"
LOOKS = ("one", "every")
BACKBONES = ("vgg11", "resnet18", "resnet34", "resnet50", "vgg16")
"""In the order of the published table; each on the whole chest."""
LOCALS = ("cervical", "clavicle", "lumbar", "ribcage")
CHEST = "chest_vgg16"
MULTI = "multi"
TABLE_RUNS = (*(f"chest_{name}" for name in BACKBONES), *LOCALS, MULTI)


def table_settings(name: str) -> Settings:
    """Return the settings of one of TABLE_RUNS: the published parts, and VGG16 unless it says otherwise.

    Narrow and on small regions, to convergence with a cap, so that two cores can train all of them.
    """
    encoder, regions = "vgg16", name
    if name.startswith("chest_"):
        regions, _, encoder = name.partition("_")
    bmd = BmdSettings(
        encoder=encoder,
        width=1 / 8,
        normed=True,
        grey="own",
        regions=regions,
        size_px=96,
        parts="published",
        course=Course("adamw", 40, 12, 32, 2e-3, 1e-2, cosine=True),
    )
    return replace(PRESETS["edge"], bmd=bmd)


@dataclass(frozen=True, eq=False)
class Answers:
    """What one network, or an ensemble, said of a test part: BMD in g/cm2 [picture, L1 to L4], whose picture.

    by_person: what age, sex, weight and height alone say, None where the manifest does not tell them.
    """

    people: tuple[str, ...]
    true: Values
    predicted: Values
    by_person: Values | None


@dataclass(frozen=True, eq=False)
class Study:
    """What is finished: of the shipped run and of the other landmarks; by look, each network's answers."""

    shipped: Answers | None
    landmarks: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Mapping[str, Answers]]
    configs: Mapping[str, Mapping[str, Any]]


def read_study(runs: Path) -> Study:
    """Read all finished runs; AppError where there are none."""
    tables = {look: _table(runs / look) for look in LOOKS}
    shipped = read_answers(runs / SHIPPED)
    methods = {name: runs / name / "landmarks" for name in (SHIPPED, "graph", "heatmap")}
    landmarks = {name: found for name, place in methods.items() if (found := _landmarks(place)) is not None}
    if shipped is None and not landmarks and not any(tables.values()):
        raise AppError(f"{runs} has no finished run; run the study without --draw-only.")
    folders = [runs / SHIPPED, *(runs / look / name for look in LOOKS for name in TABLE_RUNS)]
    configs = {
        str(each.relative_to(runs)): _json(each / "bmd" / "config.json")
        for each in folders
        if (each / "bmd" / "metrics.json").is_file()
    }
    return Study(shipped, landmarks, {look: table for look, table in tables.items() if table}, configs)


def _table(folder: Path) -> dict[str, Answers]:
    """Return the finished networks of a look, and the two ensembles where all their members are there."""
    found = {name: each for name in TABLE_RUNS if (each := read_answers(folder / name)) is not None}
    singles = (*LOCALS, CHEST)
    if set(singles) <= set(found):
        found["Ensemble_roi"] = _mean([found[name] for name in singles])
        if MULTI in found:
            found["Ensemble_all"] = _mean([found[name] for name in (*singles, MULTI)])
    return found


def _mean(members: list[Answers]) -> Answers:
    return replace(members[0], predicted=np.mean([each.predicted for each in members], axis=0))


def read_answers(run: Path) -> Answers | None:
    """Return what a run's network said of its test part, None where the run has not finished."""
    if not (run / "bmd" / "metrics.json").is_file():
        return None
    with (run / "bmd" / "predictions_test.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    def values(kind: str) -> Values:
        return np.array([[float(row[f"{kind}_{name.lower()}_g_cm2"]) for name in VERTEBRAE] for row in rows])

    by_person = values("person") if "person_l1_g_cm2" in rows[0] else None
    return Answers(tuple(row["person"] for row in rows), values("true"), values("predicted"), by_person)


def _landmarks(place: Path) -> dict[str, Any] | None:
    """Return method, errors on phantoms of the test part, and on real chests where they were measured."""
    if not (place / "metrics.json").is_file():
        return None
    config, real = _json(place / "config.json"), place / "real_chests.json"
    return {
        "settings": config["settings"],
        "pictures": config["pictures"],
        "phantoms": _json(place / "metrics.json")["test"],
        "real": _json(real) if real.is_file() else None,
    }


def _json(path: Path) -> dict[str, Any]:
    return msgspec.json.decode(path.read_bytes())
