"""One whole run: settings and a data folder in, a trained and judged ensemble in its run folder out."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

import keras
import msgspec
from PIL import Image

from training.data.manifest import DataError
from training.data.pictures import preprocessing_version
from training.stacked_ensemble.data import Data, Strips, read_data
from training.stacked_ensemble.evaluate import all_answers, evaluate, forest_kinds, write_answers, write_json
from training.stacked_ensemble.forest_evidence import evidence_study
from training.stacked_ensemble.level0 import EXAMPLE_FILE, Level0, Values, train_members
from training.stacked_ensemble.level1 import Ridge, fit_stack, ridge_study
from training.stacked_ensemble.search import tuned
from training.stacked_ensemble.settings import MEMBERS, Settings
from training.stacked_ensemble.shapley_study import shapley_study


def make_run(settings: Settings, folder: Path, run: Path, cache: Path | None = None) -> None:
    """Train on the data folder into `run` and judge the result; goes on where a killed run stood.

    Writes config.json, members/, search/, stack.json, ridge.json, answers_PART.csv, forest.json,
    shapley.json, forest_evidence.json and, last, metrics.json; a run that has its metrics is left as it is.
    DataError where `run` holds a run of other settings or data, or the data have too little.
    """
    _check_same(run, settings, folder)
    if (run / "metrics.json").is_file():
        logging.info("%s is finished; name another folder for a new run", run)
        return
    data = read_data(folder, settings, cache)
    run.mkdir(parents=True, exist_ok=True)
    write_json(_configuration(settings, folder, data), run / "config.json")
    if settings.trials:
        chosen = {name: tuned(name, settings, data, run / "search" / name) for name in MEMBERS}
        settings = replace(settings, members=chosen)
    found = train_members(settings, data, run)
    train = data.classes[data.parts["train"]]
    stack = fit_stack({name: each["train"] for name, each in found.members.items()}, train)
    answers = all_answers(data, found.members, stack, settings.seed)
    write_json(stack, run / "stack.json")
    write_json(_ridges(data, found), run / "ridge.json")
    write_json(shapley_study(found, stack), run / "shapley.json")
    write_json(evidence_study(data, found, run), run / "forest_evidence.json")
    write_json(forest_kinds(data, found.features, settings), run / "forest.json")
    _save_example(data, answers["test"]["stack"].osteoporosis, run / EXAMPLE_FILE)
    for part, each in answers.items():
        write_answers(part, data, each, run)
    write_json({part: evaluate(part, data, answers) for part in answers}, run / "metrics.json")


def _ridges(data: Data, found: Level0) -> list[Ridge]:
    train, tune = (data.classes[data.parts[part]] for part in ("train", "tune"))
    by_part = ({name: each[part] for name, each in found.members.items()} for part in ("train", "tune"))
    return ridge_study(next(by_part), train, next(by_part), tune)


def _save_example(data: Data, probability: Values, path: Path) -> None:
    """Keep the test strip of the highest answer, for the study's figures."""
    Image.fromarray(data.strips[data.parts["test"][int(probability.argmax())]]).save(path)


def _configuration(settings: Settings, folder: Path, data: Data) -> dict[str, object]:
    clinical = all(row.evidence == "clinical" for row in data.rows)
    return {
        "family": "stacked_ensemble",
        "settings": asdict(settings),
        "evidence": "clinical" if clinical else "phantom",
        "data": str(folder.resolve()),
        "manifest_sha256": _manifest_hash(folder),
        "preprocessing": f"{preprocessing_version()} {Strips(settings.denoise).name}",
        "weights_sha256": {
            name: _hash_of_weights(Path(path)) for name, path in (settings.weights or {}).items()
        },
        "limits": asdict(data.limits),
        "pictures": {part: len(places) for part, places in data.parts.items()},
        "people": {part: len(set(data.people(places))) for part, places in data.parts.items()},
        "left_out": dict(data.left_out),
        "outliers": dict(data.outliers),
        "versions": {
            "keras": version("keras"),
            "backend": keras.backend.backend(),
            "scikit-learn": version("scikit-learn"),
        },
    }


def _hash_of_weights(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"There are no weights at {path}; name a Keras file.")
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
