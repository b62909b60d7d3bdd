"""The last stage: a head on a frozen backbone, then its last blocks; judged, each prediction written down."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data.manifest import CATEGORIES, SPLITS, DataError
from training.lumbar_xray.class_network import build, pooled_features
from training.lumbar_xray.crop_changes import changed
from training.lumbar_xray.crop_data import CropData, part_places, read_crop_data, read_test_crops
from training.lumbar_xray.encoders import load_weights, unfreeze
from training.lumbar_xray.loop import Batch, fit
from training.lumbar_xray.metrics import scores
from training.lumbar_xray.run_folder import begin, finished
from training.lumbar_xray.settings import ClassSettings
from training.runs import keras_training
from training.runs.folder import write_json

HEAD, FINE, EXAMPLES = "head", "fine", "examples.png"
MORE = "more"
"""The test part of another folder, judged beside the run's own."""
OTHER_OR_NOT = ("other", CATEGORIES[-1])
MOST_EXAMPLES = 6
BATCH_TO_CHANGE = 128
LEAST_SD = 1e-4
Parts = Mapping[str, NDArray[np.intp]]
Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Cases:
    """Crops, uint8 [n, row, column], their classes [n], 0 to 1 or 2, osteoporosis last, and parts."""

    crops: NDArray[np.uint8]
    classes: NDArray[np.intp]
    parts: Parts


@dataclass(eq=False)
class HeadTask:
    """A linear layer on standardised features [copy, n, channel]; each epoch sees a copy of each case."""

    features: Values
    cases: Cases
    learner: keras.Model
    places: NDArray[np.intp] = field(init=False)
    loss: Any = field(init=False)

    def __post_init__(self) -> None:
        self.places, self.loss = self.cases.parts["train"], cross_entropy()

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return features [n, channel], of a copy drawn for each case, and classes."""
        copies = random.integers(0, len(self.features), len(places))
        return self.features[copies, places], self.cases.classes[places]

    def watched(self) -> float:
        """Return the cross-entropy of the tuning part's unchanged crops."""
        places = self.cases.parts["tune"]
        logits = self.learner.predict_on_batch(self.features[0, places])
        return mean_entropy(np.asarray(logits), self.cases.classes[places])


@dataclass(eq=False)
class FineTask:
    """The whole classifier, of which the last blocks and the head learn."""

    cases: Cases
    network: keras.Model
    learner: keras.Model = field(init=False)
    places: NDArray[np.intp] = field(init=False)
    loss: Any = field(init=False)

    def __post_init__(self) -> None:
        self.learner = keras.Model(self.network.input, self.network.output["logits"], name="fine")
        self.places, self.loss = self.cases.parts["train"], cross_entropy()

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return changed crops and their classes."""
        return changed(self.cases.crops[places], random), self.cases.classes[places]

    def watched(self) -> float:
        """Return the cross-entropy of the tuning part."""
        places = self.cases.parts["tune"]
        return mean_entropy(answers(self.learner, self.cases.crops[places]), self.cases.classes[places])


def make_classes(
    settings: ClassSettings, folder: Path, place: Path, run: Path, weights: Path, limit: int | None = None
) -> None:
    """Train and judge a classifier in `place`; goes on where a killed run stood.

    run: holds the corner network; weights: the backbone's file. Writes config.json, head/curves.csv,
    fine/curves.csv, model.keras, predictions_PART.csv and metrics.json; a finished one is left as it is.
    """
    keras.utils.set_random_seed(settings.seed)
    network = build(settings.encoder, settings.classes)
    sha256 = load_weights(network.get_layer("encoder"), weights)
    told = {"stage": "classes", "settings": asdict(settings), "weights_sha256": sha256, "limit": limit}
    if finished(place, told, folder):
        return
    data = read_crop_data(folder, run, settings.encoder.size_px, limit)
    cases = cases_of(data, settings)
    begin(place, told, folder, data.rows, cases.parts, data.left_out)
    _train_head(network, cases, settings, place / HEAD)
    if settings.fine is not None:
        unfreeze(network.get_layer("encoder"), settings.encoder.backbone)
        fit(FineTask(cases, network), replace(settings.fine, seed=settings.seed), place / FINE)
    keras_training.save_model(network, place / "model.keras")
    _judge(network, data, cases, place)


def predictions_file(part: str) -> str:
    """Return the name of the file of what was told of a part."""
    return f"predictions_{part}.csv"


def read_classifier(place: Path) -> keras.Model:
    """Return the classifier of a finished run in `place`."""
    return keras.models.load_model(place / "model.keras", compile=False)


def judge_more(place: Path, folder: Path, run: Path) -> None:
    """Judge the finished classifier in `place` on another folder's test part, once.

    run: holds the corner network. Writes predictions_more.csv. DataError where the run
    learned from pictures of the same people.
    """
    path = place / predictions_file(MORE)
    if path.is_file():
        return
    network = read_classifier(place)
    data = read_test_crops(folder, run, network.input_shape[1])
    if not _learned_from(place).isdisjoint(row.person for row in data.rows):
        raise DataError(f"{folder} tests people from whose pictures {place} learned; test others.")
    model = keras.Model(network.input, network.output["logits"], name="judged")
    found = probabilities(answers(model, data.crops))
    names = CATEGORIES if found.shape[1] == len(CATEGORIES) else OTHER_OR_NOT
    _write_predictions(path, data, data.parts["test"], names, found)


def cases_of(data: CropData, settings: ClassSettings) -> Cases:
    """Return crops, classes and parts as a classifier of so many classes takes them."""
    classes = data.classes if settings.classes == 3 else np.where(data.classes == 2, 1, 0)
    return Cases(data.crops, classes, part_places(data, settings.parts, settings.seed))


def cross_entropy() -> keras.losses.Loss:
    """Return the loss of logits."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def mean_entropy(logits: Values, classes: NDArray[np.intp]) -> float:
    """Return the mean cross-entropy of logits [n, class]."""
    of_class = probabilities(logits)[np.arange(len(classes)), classes]
    return float(-np.log(np.maximum(of_class, 1e-12)).mean())


def probabilities(logits: Values) -> NDArray[np.float64]:
    """Return the softmax of logits [n, class]."""
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def answers(model: keras.Model, crops: NDArray[np.generic]) -> Values:
    """Return a model's single output for all crops, [n, row, column] of grey 0 to 255."""
    return keras_training.answers(model, crops[..., None], np.arange(len(crops)))


def _learned_from(place: Path) -> set[str]:
    """Return the people whose pictures a run was trained, tuned or calibrated on."""
    people: set[str] = set()
    for part in SPLITS[:-1]:
        with (place / predictions_file(part)).open(newline="", encoding="utf-8") as stream:
            people |= {line["person"] for line in csv.DictReader(stream)}
    return people


def _train_head(network: keras.Model, cases: Cases, settings: ClassSettings, place: Path) -> None:
    """Train the head on features of the frozen backbone, and put it into the network."""
    features = _features(network, cases, settings)
    train = features[:, cases.parts["train"]].reshape(-1, features.shape[-1])
    mean, sd = train.mean(axis=0), np.maximum(train.std(axis=0), LEAST_SD)
    head = keras.Sequential(
        [keras.Input((features.shape[-1],)), keras.layers.Dense(settings.classes)], name="head_learning"
    )
    fit(HeadTask((features - mean) / sd, cases, head), replace(settings.head, seed=settings.seed), place)
    kernel, bias = head.get_weights()
    network.get_layer("head").set_head(kernel / sd[:, None], bias - (mean / sd) @ kernel)


def _features(network: keras.Model, cases: Cases, settings: ClassSettings) -> Values:
    """Return pooled features [copy, case, channel]: of the crops as they are, then of changed ones.

    Those of a case that is in no part are 0.
    """
    seeing = pooled_features(network)
    used, train = np.unique(np.concatenate(list(cases.parts.values()))), cases.parts["train"]
    plain = np.zeros((len(cases.crops), seeing.output_shape[-1]), np.float32)
    plain[used] = answers(seeing, cases.crops[used])
    found = [plain]
    for copy in range(1, settings.copies):
        other = plain.copy()
        for k, part in enumerate(np.array_split(train, range(BATCH_TO_CHANGE, len(train), BATCH_TO_CHANGE))):
            random = np.random.default_rng((settings.seed, copy, k))
            other[part] = answers(seeing, changed(cases.crops[part], random)[..., 0])
        found.append(other)
    return np.array(found)


def _judge(network: keras.Model, data: CropData, cases: Cases, place: Path) -> None:
    model = keras.Model(network.input, network.output["logits"], name="judged")
    names = CATEGORIES if cases.classes.max() == 2 else OTHER_OR_NOT
    figures = {}
    for part, places in cases.parts.items():
        found = probabilities(answers(model, cases.crops[places]))
        people = [data.rows[k].person for k in places]
        figures[part] = scores(cases.classes[places], found, people)
        _write_predictions(place / predictions_file(part), data, places, names, found)
    _save_examples(data, cases.parts["test"], place / EXAMPLES)
    write_json(place / "metrics.json", figures)


def _save_examples(data: CropData, places: NDArray[np.intp], path: Path) -> None:
    """Keep the first crops of a part as the network sees them: with osteoporosis above, without below."""
    has = data.classes[places] == CATEGORIES.index("osteoporosis")
    rows = [data.crops[places[has == kind][:MOST_EXAMPLES]] for kind in (True, False)]
    count = min(map(len, rows))
    if count:
        Image.fromarray(np.vstack([np.hstack(row[:count]) for row in rows])).save(path)


def _write_predictions(
    path: Path,
    data: CropData,
    places: NDArray[np.intp],
    names: tuple[str, ...],
    found: NDArray[np.float64],
) -> None:
    """Write a line a picture: who, what is known of them, their class, and the probability of each class."""
    person = ("sex", "age_years", "weight_kg", "height_cm", "t_score")
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["file", "person", *person, "class", *(f"p_{name}" for name in names)])
        for k, line in zip(places, found, strict=True):
            row = data.rows[k]
            known = ["" if getattr(row, name) is None else getattr(row, name) for name in person]
            table.writerow([row.file, row.person, *known, row.category, *(f"{value:.6f}" for value in line)])
