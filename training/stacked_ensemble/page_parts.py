"""What the study's pages are made of: models' names, and figures with their intervals."""

from __future__ import annotations

from training.stacked_ensemble.evaluate import PERSON
from training.stacked_ensemble.metrics import Figure
from training.stacked_ensemble.settings import CNN, RESNET_FOREST, VGG16

MODELS = {
    CNN: "CNN",
    VGG16: "VGG16",
    RESNET_FOREST: "ResNet and random forest",
    "stack": "stack, logistic regression",
    "shallow_network": "stack, shallow network",
    "mean_of_members": "mean of the members",
    "majority_vote": "majority vote",
    PERSON: "age, sex, weight, height; no picture",
}


def percent(found: Figure, interval: bool = False) -> str:
    """Return a share, with its interval where that is asked for."""
    if found.value is None:
        return "-"
    told = f"{found.value:.1%}" + (f" ({found.low:.1%} to {found.high:.1%})" if interval else "")
    return told.replace("%", " %")


def with_interval(found: Figure, sign: str = "") -> str:
    """Return a figure with its interval as pages tell it."""
    if found.value is None:
        return "-"
    return f"{found.value:{sign}.3f} ({found.low:{sign}.3f} to {found.high:{sign}.3f})"
