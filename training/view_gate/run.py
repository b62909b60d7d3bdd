"""One whole training of the gate: settings and data folders in, a trained and judged network out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from desktop.imaging.radiograph import View
from training.data.pictures import preprocessing_version
from training.runs.folder import write_json
from training.runs.keras_training import save_model, versions
from training.view_gate.augmentation import augmented, fitted, negative
from training.view_gate.data import VIEWS, Data, read_data
from training.view_gate.network import build
from training.view_gate.settings import Settings

_OTHER = VIEWS.index(View.OTHER)
Targets = dict[str, NDArray[np.float32]]


Batch = tuple[NDArray[np.float32], Targets, Targets]


def batches(data: Data, settings: Settings) -> Iterator[Batch]:
    """Return pictures, targets and weights without end: as many of each view, each changed in its own way."""
    train = data.parts["train"]
    by_view = [train[data.views[train] == view] for view in range(len(VIEWS))]
    random = np.random.default_rng(settings.seed)
    while True:
        views = random.integers(0, len(VIEWS), settings.batch)
        places = [random.choice(by_view[view]) for view in views]
        changed = [augmented(data.pictures[k], settings.size_px, random) for k in places]
        inverted = np.array([each[1] for each in changed], np.float32)[:, None]
        known = (views != _OTHER).astype(np.float32)
        weights = {"view": np.ones(len(views), np.float32), "inverted": known}
        yield (
            as_input(np.array([each[0] for each in changed])),
            {"view": views, "inverted": inverted},
            weights,
        )


def make_run(settings: Settings, folders: Sequence[Path], run: Path) -> None:
    """Train on the data folders into `run`: config.json, curves.csv, model.keras and metrics.json."""
    data = read_data(folders, settings)
    run.mkdir(parents=True, exist_ok=True)
    write_json(run / "config.json", _configuration(settings, folders, data))
    keras.utils.set_random_seed(settings.seed)
    model = _train(settings, data, run)
    save_model(model, run / "model.keras")
    parts = ("tune", "calibrate", "test")
    write_json(run / "metrics.json", {part: judge(model, data, settings, part) for part in parts})


def as_input(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return float32 [picture, row, column, RGB] of uint8 [picture, row, column]."""
    return np.repeat(pictures[..., None], 3, axis=3).astype(np.float32)


def shown(data: Data, settings: Settings, part: str) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return a part's pictures at the network's size, [picture, row, column]; every other one a negative."""
    pictures = np.array([fitted(data.pictures[k], settings.size_px) for k in data.parts[part]])
    inverted = np.arange(len(pictures)) % 2 == 1
    pictures[inverted] = [negative(each) for each in pictures[inverted]]
    return pictures, inverted


def judge(model: keras.Model, data: Data, settings: Settings, part: str) -> dict[str, float]:
    """Return the share of a part's pictures named rightly, by view, and of polarities seen rightly."""
    pictures, inverted = shown(data, settings, part)
    answer = model.predict(as_input(pictures), batch_size=settings.batch, verbose=0)
    return accuracies(answer["view"], answer["inverted"], data.views[data.parts[part]], inverted)


def accuracies(
    view: NDArray[np.float32],
    polarity: NDArray[np.float32],
    views: NDArray[np.intp],
    inverted: NDArray[np.bool_],
) -> dict[str, float]:
    """Return accuracy by view's name, `balanced` and `inverted`, of logits [picture, view], [picture, 1]."""
    right = view.argmax(axis=1) == views
    by_view = {str(VIEWS[each]): float(right[views == each].mean()) for each in np.unique(views)}
    known = views != _OTHER
    seen = (polarity[:, 0] > 0) == inverted
    return by_view | {
        "balanced": float(np.mean(list(by_view.values()))),
        "inverted": float(seen[known].mean()),
    }


def _train(settings: Settings, data: Data, run: Path) -> keras.Model:
    model = build(settings)
    steps = -(-len(data.parts["train"]) // settings.batch)
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps * settings.epochs)
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay),
        loss={
            "view": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "inverted": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"view": 1.0, "inverted": 0.5},
    )
    pictures, inverted = shown(data, settings, "tune")
    views = data.views[data.parts["tune"]]
    known = {"view": np.ones(len(views)), "inverted": (views != _OTHER).astype(float)}
    targets = {"view": views, "inverted": inverted.astype(np.float32)[:, None]}
    model.fit(
        batches(data, settings),
        steps_per_epoch=steps,
        epochs=settings.epochs,
        validation_data=(as_input(pictures), targets, known),
        callbacks=[
            keras.callbacks.CSVLogger(run / "curves.csv"),
            keras.callbacks.EarlyStopping("val_loss", patience=settings.patience, restore_best_weights=True),
        ],
        verbose=2,
    )
    return model


def _configuration(settings: Settings, folders: Sequence[Path], data: Data) -> dict[str, object]:
    digest = hashlib.sha256()
    for folder in folders:
        digest.update((folder / "manifest.csv").read_bytes())
    clinical = all(row.evidence == "clinical" for row in data.rows)
    return {
        "family": "view_gate",
        "settings": asdict(settings),
        "evidence": "clinical" if clinical else "phantom",
        "data": [str(folder.resolve()) for folder in folders],
        "manifest_sha256": digest.hexdigest(),
        "preprocessing": preprocessing_version(),
        "pictures": {part: len(places) for part, places in data.parts.items()},
        "versions": versions(),
    }
