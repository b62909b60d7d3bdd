"""One whole run: settings and a data folder in, a trained and judged network in its run folder out."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import keras
import msgspec
import numpy as np
from PIL import Image

from training.data.manifest import DataError
from training.data.pictures import preprocessing_version
from training.dxa_bmd.data import Data, read_data
from training.dxa_bmd.evaluate import evaluate, predict, write_metrics, write_predictions
from training.dxa_bmd.loop import bmd_only, train
from training.dxa_bmd.settings import Settings


def make_run(settings: Settings, folder: Path, run: Path) -> None:
    """Train on the data folder into `run` and judge the result; goes on where a killed run stood.

    Writes config.json, curves.csv, log.jsonl, model.keras, example.png, predictions_PART.csv, metrics.json;
    a run that has its metrics is left as it is. DataError where `run` holds a run of other settings or data.
    """
    _check_same(run, settings, folder)
    if (run / "metrics.json").is_file():
        logging.info("%s is finished; name another folder for a new run", run)
        return
    data = read_data(folder, settings)
    run.mkdir(parents=True, exist_ok=True)
    configuration = msgspec.json.encode(_configuration(settings, folder, data))
    (run / "config.json").write_bytes(msgspec.json.format(configuration) + b"\n")
    model = train(settings, data, run)
    save_model(model, run / "model.keras")
    _save_example(data, run / "example.png")
    answerer = bmd_only(model)
    found = {part: predict(answerer, settings, data, part) for part in data.parts if part != "train"}
    for predictions in found.values():
        write_predictions(predictions, run)
    write_metrics([evaluate(part, data, found.get("tune")) for part in found.values()], run)


def _save_example(data: Data, path: Path) -> None:
    """Keep the test picture of middling BMD as the network sees it, for the study's figures."""
    places = data.parts["test"]
    middle = places[np.argsort(data.group_g_cm2("test"))[len(places) // 2]]
    Image.fromarray(data.pictures[middle]).save(path)


def save_model(model: keras.Model, path: Path) -> None:
    """Write a Keras file whole or not at all."""
    new = path.with_name("new." + path.name)
    model.save(new)
    new.replace(path)


def _configuration(settings: Settings, folder: Path, data: Data) -> dict[str, object]:
    clinical = all(row.evidence == "clinical" for row in data.rows)
    return {
        "family": "dxa_bmd",
        "settings": asdict(settings),
        "evidence": "clinical" if clinical else "phantom",
        "data": str(folder.resolve()),
        "manifest_sha256": _manifest_hash(folder),
        "preprocessing": preprocessing_version(),
        "targets": asdict(data.targets),
        "pictures": {part: len(places) for part, places in data.parts.items()},
        "people": {part: len({data.rows[k].person for k in places}) for part, places in data.parts.items()},
        "left_out": dict(data.left_out),
        "versions": {"keras": version("keras"), "backend": keras.backend.backend()},
    }


def _manifest_hash(folder: Path) -> str | None:
    """Return the manifest's hash, None without one: reading it then says so."""
    path = folder / "manifest.csv"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _check_same(run: Path, settings: Settings, folder: Path) -> None:
    path = run / "config.json"
    if not path.is_file():
        return
    started = msgspec.json.decode(path.read_bytes())
    same = msgspec.convert(started["settings"], Settings) == settings
    if not same or started["manifest_sha256"] != _manifest_hash(folder):
        raise DataError(f"{run} holds a run of other settings or data; name another folder with --out.")
