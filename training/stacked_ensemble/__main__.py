"""Trains and judges: `python -m training.stacked_ensemble --data DIR --preset PRESET --out RUN`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from desktop.errors import AppError  # noqa: E402 - TensorFlow reads its log level when it is imported
from training.stacked_ensemble.run import make_run  # noqa: E402
from training.stacked_ensemble.settings import PRESETS, RESNET_FOREST, VGG16, Settings  # noqa: E402


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        make_run(_settings(arguments), arguments.data, arguments.out, arguments.cache)
    except AppError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.stacked_ensemble", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and its pictures")
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it goes on")
    parser.add_argument("--cache", type=Path, help="where the strips are kept; by default beside the data")
    parser.add_argument("--vgg16-weights", type=Path, help="Keras file of VGG16's weights without its top")
    parser.add_argument("--resnet-weights", type=Path, help="the same of the preset's ResNet")
    parser.add_argument("--folds", type=int)
    parser.add_argument("--trials", type=int, help="settings of each member to try first")
    parser.add_argument("--epochs", type=int, help="of each member on classes")
    parser.add_argument("--pretrained-epochs", type=int, help="of each member on T-scores, before")
    parser.add_argument("--learning-rate", type=float, help="of each member")
    parser.add_argument("--batch", type=int, help="strips a step")
    parser.add_argument("--denoise", action=argparse.BooleanOptionalAction, default=None)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--limit", type=int, help="take only so many rows of the manifest")
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    def told(*names: str) -> dict[str, object]:
        return {name: value for name in names if (value := getattr(arguments, name)) is not None}

    preset = PRESETS[arguments.preset]
    of_member = told("epochs", "pretrained_epochs", "learning_rate", "batch")
    named = {VGG16: arguments.vgg16_weights, RESNET_FOREST: arguments.resnet_weights}
    weights = {name: str(path.resolve()) for name, path in named.items() if path is not None}
    return replace(
        preset,
        members={name: replace(each, **of_member) for name, each in preset.members.items()},
        weights=weights or None,
        **told("folds", "trials", "denoise", "seed", "limit"),
    )


if __name__ == "__main__":
    raise SystemExit(main())
