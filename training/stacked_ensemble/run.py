"""One whole run: settings and a data folder in, a trained and judged ensemble in its run folder out."""

from __future__ import annotations

from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

import msgspec
from PIL import Image

from training.data.manifest import DataError
from training.data.pictures import preprocessing_version
from training.runs.folder import begin, file_sha256, finished, write_json
from training.runs.keras_training import versions
from training.stacked_ensemble.data import Data, Strips, read_data
from training.stacked_ensemble.evaluate import all_answers, evaluate, forest_kinds, write_answers
from training.stacked_ensemble.forest_evidence import evidence_study
from training.stacked_ensemble.level0 import EXAMPLE_FILE, Level0, Values, train_members
from training.stacked_ensemble.level1 import Ridge, fit_stack, ridge_study
from training.stacked_ensemble.search import tuned
from training.stacked_ensemble.settings import MEMBERS, OSTEOPOROSIS, Settings
from training.stacked_ensemble.shapley_study import shapley_study


def make_run(settings: Settings, folder: Path, run: Path, cache: Path | None = None) -> None:
    """Train on the data folder into `run` and judge the result; goes on where a killed run stood.

    Writes config.json, members/, search/, stack.json, ridge.json, answers_PART.csv, forest.json,
    shapley.json, forest_evidence.json and, last, metrics.json; a run that has its metrics is left as it is.
    DataError where `run` holds a run of other settings or data, or the data have too little.
    """
    if finished(run, folder, lambda begun: msgspec.convert(begun["settings"], Settings) == settings):
        return
    data = read_data(folder, settings, cache)
    _check_tune(data, folder)
    own = _configuration(settings, data)
    begin(run, "stacked_ensemble", folder, data.rows, data.parts, data.left_out, own)
    if settings.trials:
        chosen = {name: tuned(name, settings, data, run / "search" / name) for name in MEMBERS}
        settings = replace(settings, members=chosen)
    found = train_members(settings, data, run)
    train = data.classes[data.parts["train"]]
    stack = fit_stack({name: each["train"] for name, each in found.members.items()}, train)
    answers = all_answers(data, found.members, stack, settings.seed)
    write_json(run / "stack.json", stack)
    write_json(run / "ridge.json", _ridges(data, found))
    write_json(run / "shapley.json", shapley_study(found, stack))
    write_json(run / "forest_evidence.json", evidence_study(data, found, run, settings.seed))
    write_json(run / "forest.json", forest_kinds(data, found.features, settings))
    _save_example(data, answers["test"]["stack"].osteoporosis, run / EXAMPLE_FILE)
    for part, each in answers.items():
        write_answers(part, data, each, run)
    write_json(run / "metrics.json", {part: evaluate(part, data, answers) for part in answers})


def _check_tune(data: Data, folder: Path) -> None:
    """Raise DataError where nothing can be chosen on the tuning part, before hours are spent on the rest."""
    known = data.classes[data.parts["tune"]] == OSTEOPOROSIS
    if known.all() or not known.any():
        raise DataError(
            f"{folder} needs pictures to tune with a T-score of -2.5 or below, and others: add persons."
        )


def _ridges(data: Data, found: Level0) -> list[Ridge]:
    train, tune = (data.classes[data.parts[part]] for part in ("train", "tune"))
    by_part = ({name: each[part] for name, each in found.members.items()} for part in ("train", "tune"))
    return ridge_study(next(by_part), train, next(by_part), tune)


def _save_example(data: Data, probability: Values, path: Path) -> None:
    """Keep the test strip of the highest answer, for the study's figures."""
    Image.fromarray(data.strips[data.parts["test"][int(probability.argmax())]]).save(path)


def _configuration(settings: Settings, data: Data) -> dict[str, object]:
    return {
        "settings": asdict(settings),
        "preprocessing": f"{preprocessing_version()} {Strips(settings.denoise).name}",
        "weights_sha256": {
            name: _hash_of_weights(Path(path)) for name, path in (settings.weights or {}).items()
        },
        "limits": asdict(data.limits),
        "outliers": dict(data.outliers),
        "versions": versions() | {"scikit-learn": version("scikit-learn")},
    }


def _hash_of_weights(path: Path) -> str:
    if not path.is_file():
        raise DataError(f"There are no weights at {path}; name a Keras file.")
    return file_sha256(path)
