"""The second stage: trains the network on the regions, judges it, and writes down each prediction."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from desktop.clinical.chest import REGIONS
from desktop.clinical.lumbar import VERTEBRAE
from desktop.clinical.reference import default_table
from training.chest_multi_roi.bmd_data import MINERAL_LEVELS_PER_G_CM2, BmdData, read_bmd_data
from training.chest_multi_roi.bmd_network import BmdNetwork, regions_seen
from training.chest_multi_roi.encoders import load_weights
from training.chest_multi_roi.loop import DEVICE, Batch, fit
from training.chest_multi_roi.metrics import scores
from training.chest_multi_roi.region_changes import Regions, changed_alike, mirrored_alike
from training.chest_multi_roi.run_folder import begin, finished
from training.chest_multi_roi.settings import Settings
from training.data.manifest import Row
from training.person_model import fit_person_model, is_described
from training.runs.folder import write_json

FOLDER = "bmd"
BATCH_TO_ANSWER = 32
LEAST_SD_G_CM2 = 0.01
Change = Callable[[Sequence[Regions], Sequence[str], np.random.Generator], tuple[Regions, ...]]


@dataclass(eq=False)
class BmdTask:
    """The network on the regions `names`, its training part, and its error on the tuning part."""

    data: BmdData
    names: Sequence[str]
    network: BmdNetwork
    change: Change = changed_alike
    places: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.data.parts["train"]

    def batch(self, places: NDArray[np.intp], random: np.random.Generator) -> Batch:
        """Return changed regions [n, region, size, size], 0 to 1, BMD in g/cm2 [n, 4], and mineral maps.

        These are in g/cm2, [n, region, row, column], NaN where they are not known.
        """
        kinds = [(_of(self.data.crops[k], self.names), _of(self.data.mineral[k], self.names)) for k in places]
        crops, mineral = zip(*(self.change(each, self.names, random) for each in kinds), strict=True)
        told = np.array(mineral, np.float32) / np.float32(MINERAL_LEVELS_PER_G_CM2)
        told[~self.data.known[places]] = np.nan
        bmd = torch.from_numpy(self.data.bmd_g_cm2[places])
        return as_input(np.array(crops)), bmd, torch.from_numpy(told)

    def loss(self, batch: Batch) -> Tensor:
        """Return the network's own loss."""
        return self.network.loss(*batch)

    def watched(self) -> float:
        """Return the tuning part's mean absolute error in g/cm2."""
        places = self.data.parts["tune"]
        found = answers(self.network, self.data, self.names, places)
        return float(np.abs(found - self.data.bmd_g_cm2[places]).mean())


def make_bmd(
    settings: Settings, folder: Path, run: Path, weights: Path | None = None, landmarks: Path | None = None
) -> None:
    """Train and judge the network on the regions in `run`/bmd; goes on where a killed run stood.

    `weights` is a file for the encoder to start from; `landmarks` another run whose landmarks place the
    regions. Writes config.json, curves.csv, network.pt, predictions_PART.csv and metrics.json; a finished
    one is left as it is. DataError where there are no finished landmarks.
    """
    if not finished(run / FOLDER, settings.bmd, settings.limit, folder):
        train_bmd(settings, read_bmd_data(folder, settings, landmarks or run), folder, run, weights)


def train_bmd(settings: Settings, data: BmdData, folder: Path, run: Path, weights: Path | None) -> None:
    """Do what `make_bmd` does, unfinished, on data that were read."""
    place, names = run / FOLDER, regions_seen(settings.bmd)
    begin(place, settings.bmd, settings.limit, folder, data.rows, data.parts, data.left_out, weights)
    network = _new_network(settings, data, weights)
    course = settings.bmd.course
    fit(BmdTask(data, names, network), course, place)
    if settings.bmd.as_cut_epochs:
        course = replace(
            course, epochs=settings.bmd.as_cut_epochs, patience=None, learning_rate=course.learning_rate / 3
        )
        fit(BmdTask(data, names, network, mirrored_alike), course, place / "as_cut")
    torch.save(network.cpu().state_dict(), place / "network.pt")
    judged = {}
    for part, values in _answered(network, data, names).items():
        rows = _rows(data, part)
        _write_predictions(place / f"predictions_{part}.csv", rows, values)
        people = [row.person for row in rows]
        judged[part] = scores(values["true"], values["predicted"], people, default_table())
    write_json(place / "metrics.json", judged)


def _answered(
    network: BmdNetwork, data: BmdData, names: Sequence[str]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return by part, the training part left out, BMD in g/cm2 [row, L1 to L4] by what it is.

    `true`; `predicted` by the network; and where the manifest tells all four, `person` by age, sex, weight
    and height alone, and `joined`, for each vertebra the weighted sum of both that fits the tuning part best.
    """
    true = {part: data.bmd_g_cm2[places].astype(float) for part, places in data.parts.items()}
    judged = [part for part in data.parts if part != "train"]
    found = {part: answers(network, data, names, data.parts[part]) for part in judged}
    values = {part: {"true": true[part], "predicted": found[part]} for part in judged}
    person = fit_person_model(_rows(data, "train"), true["train"])
    told = all(is_described(row) for part in judged for row in _rows(data, part))
    if person is None or not told:
        return values
    for part in judged:
        values[part]["person"] = person(_rows(data, part))
    weights = _weights(values["tune"])
    for each in values.values():
        each["joined"] = np.einsum("rvw,vw->rv", _terms(each), weights)
    return values


def _weights(values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the least squares' weights of `_terms` for the truth, [vertebra, term]."""
    terms, true = _terms(values), values["true"]
    return np.array([np.linalg.lstsq(terms[:, k], true[:, k])[0] for k in range(len(VERTEBRAE))])


def _terms(values: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return what is summed for each answer, [row, vertebra, term]."""
    return np.stack([values["person"], values["predicted"], np.ones_like(values["person"])], axis=-1)


def _rows(data: BmdData, part: str) -> list[Row]:
    return [data.rows[k] for k in data.parts[part]]


def answers(
    network: BmdNetwork, data: BmdData, names: Sequence[str], places: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return BMD in g/cm2, [place, L1 to L4]."""
    network = network.to(DEVICE).eval()
    parts = [places[start : start + BATCH_TO_ANSWER] for start in range(0, len(places), BATCH_TO_ANSWER)]
    with torch.inference_mode():
        found = [network.answer(as_input(_of(data.crops[part], names)).to(DEVICE)).cpu() for part in parts]
    return torch.cat(found).float().numpy().astype(np.float64)


def as_input(crops: NDArray[np.uint8]) -> Tensor:
    """Return float32 0 to 1 of uint8 [n, region, row, column]."""
    return torch.from_numpy(np.ascontiguousarray(crops)).to(torch.float32) / 255


def _of(crops: NDArray[np.uint8], names: Sequence[str]) -> NDArray[np.uint8]:
    """Return the named regions of crops [..., region, row, column]."""
    return crops[..., [REGIONS.index(name) for name in names], :, :]


def _new_network(settings: Settings, data: BmdData, weights: Path | None) -> BmdNetwork:
    torch.manual_seed(settings.bmd.course.seed)
    train = data.bmd_g_cm2[data.parts["train"]]
    sd = np.maximum(train.std(axis=0), LEAST_SD_G_CM2)
    network = BmdNetwork(settings.bmd, torch.from_numpy(train.mean(axis=0)), torch.from_numpy(sd))
    if weights is not None:
        load_weights(network.encoder, weights)
    return network


def _write_predictions(path: Path, rows: Sequence[Row], values: Mapping[str, NDArray[np.float64]]) -> None:
    """Write BMD of L1 to L4 by what it is: a column for each of `values` and vertebra."""
    columns = [f"{kind}_{site.lower()}_g_cm2" for kind in values for site in VERTEBRAE]
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["file", "person", *columns])
        for row, line in zip(rows, np.hstack(list(values.values())), strict=True):
            table.writerow([row.file, row.person, *(f"{value:.5f}" for value in line)])
