"""Judging members, stack and what else could combine them, and whether the stack beats its best member."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.resampling import once_and_drawn, weighted_auc
from training.stacked_ensemble.data import Data
from training.stacked_ensemble.features import COUNT as HAND_MADE
from training.stacked_ensemble.forest import fit_columns
from training.stacked_ensemble.level0 import Answers
from training.stacked_ensemble.level1 import Answer, Stack, Values, level1
from training.stacked_ensemble.metrics import (
    Figure,
    Figures,
    accuracy,
    best_cut,
    figure,
    gain,
    of_three,
    of_two,
)
from training.stacked_ensemble.person import by_person
from training.stacked_ensemble.settings import CLASSES, MEMBERS, OSTEOPOROSIS, Settings

PERSON = "age_sex_weight_height"


@dataclass(frozen=True)
class Evaluation:
    """One part's figures of each model, in two classes and in three.

    best_member: the member of the highest AUC on tune; gains: what the stack's figures have over that
    member's, and its AUC over that of each member, and of age, sex, weight and height where they are told.
    """

    part: str
    osteoporosis_share: float
    two: dict[str, Figures]
    three: dict[str, Figures]
    best_member: str
    gains: dict[str, Figure]


def all_answers(
    data: Data, members: Mapping[str, Answers], stack: Stack, seed: int
) -> dict[str, dict[str, Answer]]:
    """Return each model's answers by part, the training part left out."""
    train = data.parts["train"]
    out_of_fold = {name: each["train"] for name, each in members.items()}
    found = {}
    for part, places in data.parts.items():
        if part == "train":
            continue
        asked = {name: each[part] for name, each in members.items()}
        found[part] = level1(stack, out_of_fold, data.classes[train], asked, seed)
        person = by_person([data.rows[k] for k in train], data.classes[train], [data.rows[k] for k in places])
        if person is not None:
            found[part][PERSON] = person
    return found


def evaluate(part: str, data: Data, answers: Mapping[str, Mapping[str, Answer]]) -> Evaluation:
    """Return the figures of a part; cuts and the best member are chosen on tune."""
    places, tune = data.parts[part], data.parts["tune"]
    people, classes = data.people(places), data.classes[places]
    positive, known = classes == OSTEOPOROSIS, data.classes[tune] == OSTEOPOROSIS
    once = np.ones((1, len(tune)))
    on_tune = {
        name: float(weighted_auc(once, known, answers["tune"][name].osteoporosis)[0]) for name in MEMBERS
    }
    best = max(on_tune, key=lambda name: on_tune[name])
    cuts = {name: best_cut(each.osteoporosis, known) for name, each in answers["tune"].items()}
    found = answers[part]
    return Evaluation(
        part=part,
        osteoporosis_share=float(positive.mean()),
        two={name: of_two(each.osteoporosis, positive, cuts[name], people) for name, each in found.items()},
        three={name: of_three(each.classes, classes, people) for name, each in found.items()},
        best_member=best,
        gains=_gains(found, best, cuts, classes, once_and_drawn(people)),
    )


def _gains(
    found: Mapping[str, Answer],
    best: str,
    cuts: Mapping[str, float],
    classes: np.ndarray,
    weights: np.ndarray,
) -> dict[str, Figure]:
    positive = classes == OSTEOPOROSIS

    def of_auc(name: str) -> np.ndarray:
        return weighted_auc(weights, positive, found[name].osteoporosis)

    def of_accuracy(name: str) -> np.ndarray:
        return accuracy(weights, (found[name].osteoporosis >= cuts[name]) == positive)

    def of_classes(name: str) -> np.ndarray:
        return accuracy(weights, found[name].classes.argmax(axis=1) == classes)

    gains = {
        "auc": gain(of_auc("stack"), of_auc(best)),
        "accuracy": gain(of_accuracy("stack"), of_accuracy(best)),
        "accuracy_of_three": gain(of_classes("stack"), of_classes(best)),
    }
    gains |= {f"auc_over_{name}": gain(of_auc("stack"), of_auc(name)) for name in MEMBERS}
    return gains | ({"auc_over_person": gain(of_auc("stack"), of_auc(PERSON))} if PERSON in found else {})


def forest_kinds(data: Data, features: Mapping[str, Values], settings: Settings) -> dict[str, Figure]:
    """Return the AUC on the test part of forests on ResNet's features, on the hand-made, and on both."""
    train, test = (data.classes[data.parts[part]] for part in ("train", "test"))
    weights = once_and_drawn(data.people(data.parts["test"]))
    network = features["train"].shape[1] - HAND_MADE
    columns = {"resnet": slice(0, network), "hand_made": slice(network, None), "both": slice(0, None)}
    found = {}
    for name, chosen in columns.items():
        forest = fit_columns(features["train"][:, chosen], train, settings.forest, settings.seed)
        answer = forest.predict_proba(features["test"][:, chosen])[:, OSTEOPOROSIS]
        found[name] = figure(weighted_auc(weights, test == OSTEOPOROSIS, answer))
    return found


def write_answers(part: str, data: Data, answers: Mapping[str, Answer], folder: Path) -> None:
    """Write answers_PART.csv: a line a picture, its class and every model's probabilities."""
    names = [f"{model}_{name}" for model in answers for name in ("osteoporosis", *CLASSES)]
    with (folder / f"answers_{part}.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "person", "class", *names])
        for line, place in enumerate(data.parts[part]):
            row = data.rows[place]
            told = [
                f"{value:.6f}"
                for each in answers.values()
                for value in (each.osteoporosis[line], *each.classes[line])
            ]
            writer.writerow([row.file, row.person, CLASSES[data.classes[place]], *told])
