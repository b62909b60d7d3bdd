"""One whole run: settings and a data folder in, a trained and judged network in its run folder out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from training.dxa_bmd.data import Data, read_data
from training.dxa_bmd.evaluate import evaluate, predict, write_predictions
from training.dxa_bmd.loop import bmd_only, train
from training.dxa_bmd.settings import Settings
from training.runs.folder import begin, finished, write_json
from training.runs.keras_training import save_model, versions


def make_run(settings: Settings, folder: Path, run: Path) -> None:
    """Train on the data folder into `run` and judge the result; goes on where a killed run stood.

    Writes config.json, curves.csv, model.keras, example.png, predictions_PART.csv, metrics.json;
    a run that has its metrics is left as it is. DataError where `run` holds a run of other settings or data.
    """
    if finished(run, folder, lambda begun: msgspec.convert(begun["settings"], Settings) == settings):
        return
    data = read_data(folder, settings)
    own = {"settings": asdict(settings), "targets": asdict(data.targets), "versions": versions()}
    begin(run, "dxa_bmd", folder, data.rows, data.parts, data.left_out, own)
    model = train(settings, data, run)
    save_model(model, run / "model.keras")
    _save_example(data, run / "example.png")
    answerer = bmd_only(model)
    found = {part: predict(answerer, settings, data, part) for part in data.parts if part != "train"}
    for predictions in found.values():
        write_predictions(predictions, run)
    judged = {name: evaluate(each, data, found.get("tune")) for name, each in found.items()}
    write_json(run / "metrics.json", judged)


def _save_example(data: Data, path: Path) -> None:
    """Keep the test picture of middling BMD as the network sees it, for the study's figures."""
    places = data.parts["test"]
    middle = places[np.argsort(data.group_g_cm2("test"))[len(places) // 2]]
    Image.fromarray(data.pictures[middle]).save(path)
