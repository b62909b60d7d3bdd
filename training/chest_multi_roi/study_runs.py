"""The runs of the study by name, and what their folders tell: answers, landmarks, and what was told."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from desktop.errors import AppError
from training.chest_multi_roi.landmark_table import Landmarks, read_landmarks
from training.chest_multi_roi.settings import PRESETS, BmdSettings, Course, Settings

Values = NDArray[np.float64]

SHIPPED, START = "edge", "start"
"""What ships, and what its encoder and decoder begin with: the same on one look, of training persons."""
LOOKS = ("one", "every")
BACKBONES = ("vgg11", "resnet18", "resnet34", "resnet50", "vgg16")
"""In the order of the published table; each on the whole chest."""
LOCALS = ("cervical", "clavicle", "lumbar", "ribcage")
TABLE_PICTURES = 5000
"""Of each look: 1,087 to train, 265 to tune, and the rest, more than 3,000, to test."""
CHEST = "chest_vgg16"
MULTI = "multi"
DENSE = "dense"
"""What ships, learned from the tables' few pictures: all regions, with the mineral place by place."""
TABLE_RUNS = (MULTI, CHEST, *LOCALS, *(f"chest_{name}" for name in BACKBONES if name != "vgg16"), DENSE)
"""Of each look, in the order in which they are trained."""
EPOCHS_OF_START = 8
TENFOLD = "tenfold"
"""The same learned from ten times the study's pictures of one look, judged on part of the tables' persons."""


def runs_of(look: str) -> tuple[str, ...]:
    """Return the names of the runs of one of LOOKS, in the order in which they are trained."""
    return (*TABLE_RUNS, TENFOLD) if look == LOOKS[0] else TABLE_RUNS


def table_settings(name: str) -> Settings:
    """Return the settings of one of TABLE_RUNS, the published parts and VGG16 unless it says otherwise.

    Narrow, on small regions and for few epochs, so that two cores can train all of them. TENFOLD is
    DENSE, twice as wide, on all pictures, then on regions as they are cut, with its last epoch's weights.
    """
    if name == DENSE:
        return _dense_settings("published", 20, 20, TABLE_PICTURES)
    if name == START:
        return _dense_settings("person", EPOCHS_OF_START, None, None)
    if name == TENFOLD:
        return _dense_settings("tenfold", 16, None, None, width=1 / 2, as_cut_epochs=4)
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
        course=Course("adamw", 12, 6, 16, 2e-3, 1e-2, cosine=True),
    )
    return replace(PRESETS["edge"], bmd=bmd, limit=TABLE_PICTURES)


def begun(settings: Settings) -> Settings:
    """Return the shipped run's settings where it begins with START: half those from scratch."""
    course = replace(settings.bmd.course, epochs=EPOCHS_OF_START)
    return replace(settings, bmd=replace(settings.bmd, course=course))


def _dense_settings(
    parts: Literal["published", "tenfold", "person"],
    epochs: int,
    patience: int | None,
    limit: int | None,
    width: float = PRESETS["edge"].bmd.width,
    as_cut_epochs: int = 0,
) -> Settings:
    shipped = PRESETS["edge"]
    course = replace(shipped.bmd.course, epochs=epochs, patience=patience, batch=16)
    bmd = replace(shipped.bmd, width=width, parts=parts, course=course, as_cut_epochs=as_cut_epochs)
    return replace(shipped, bmd=bmd, limit=limit)


@dataclass(frozen=True, eq=False)
class Answers:
    """What one network, or an ensemble, said of a test part: BMD in g/cm2 [picture, L1 to L4].

    files: of the pictures; people: whom they show; by_person: what age, sex, weight and height alone say, and
    joined: what these and the network say together; None where the manifest does not tell them, and for an
    ensemble.
    """

    files: tuple[str, ...]
    people: tuple[str, ...]
    true: Values
    predicted: Values
    by_person: Values | None = None
    joined: Values | None = None


@dataclass(frozen=True, eq=False)
class Study:
    """What is finished: of the shipped run; by look, each network's answers.

    tenfold: of the network that learned from ten times the pictures of one look.
    """

    shipped: Answers | None
    landmarks: Landmarks | None
    tables: Mapping[str, Mapping[str, Answers]]
    tenfold: Answers | None
    configs: Mapping[str, Mapping[str, Any]]


def read_study(runs: Path) -> Study:
    """Read all finished runs; AppError where there are none."""
    tables = {look: _table(runs / look) for look in LOOKS}
    shipped, tenfold = read_answers(runs / SHIPPED), read_answers(runs / LOOKS[0] / TENFOLD)
    landmarks = read_landmarks(runs / SHIPPED)
    if shipped is None and tenfold is None and landmarks is None and not any(tables.values()):
        raise AppError(f"{runs} has no finished run; run the study without --draw-only.")
    folders = [runs / SHIPPED, *(runs / look / name for look in LOOKS for name in runs_of(look))]
    configs = {
        str(each.relative_to(runs)): _json(each / "bmd" / "config.json")
        for each in folders
        if (each / "bmd" / "metrics.json").is_file()
    }
    finished = {look: table for look, table in tables.items() if table}
    return Study(shipped, landmarks, finished, tenfold, configs)


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
    predicted = np.mean([each.predicted for each in members], axis=0)
    return replace(members[0], predicted=predicted, joined=None)


def read_answers(run: Path) -> Answers | None:
    """Return what a run's network said of its test part, None where the run has not finished."""
    if not (run / "bmd" / "metrics.json").is_file():
        return None
    with (run / "bmd" / "predictions_test.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    def values(kind: str) -> Values | None:
        columns = [f"{kind}_{name.lower()}_g_cm2" for name in VERTEBRAE]
        known = set(columns) <= set(rows[0])
        return np.array([[float(row[each]) for each in columns] for row in rows]) if known else None

    found = {kind: values(kind) for kind in ("true", "predicted", "person", "joined")}
    files, people = (tuple(row[name] for row in rows) for name in ("file", "person"))
    return Answers(files, people, *found.values())


def _json(path: Path) -> dict[str, Any]:
    return msgspec.json.decode(path.read_bytes())
