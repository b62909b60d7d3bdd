"""Trains and judges: `python -m training.stacked_ensemble --data DIR --preset PRESET --out RUN`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.runs.command_line import ended, given, training_parser
from training.stacked_ensemble.run import make_run
from training.stacked_ensemble.settings import PRESETS, RESNET_FOREST, VGG16, Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: make_run(_settings(arguments), arguments.data, arguments.out, arguments.cache))


def _parser() -> argparse.ArgumentParser:
    parser = training_parser("stacked_ensemble", __doc__, PRESETS)
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
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    preset = PRESETS[arguments.preset]
    of_member = given(arguments, "epochs", "pretrained_epochs", "learning_rate", "batch")
    named = {VGG16: arguments.vgg16_weights, RESNET_FOREST: arguments.resnet_weights}
    weights = {name: str(path.resolve()) for name, path in named.items() if path is not None}
    return replace(
        preset,
        members={name: replace(each, **of_member) for name, each in preset.members.items()},
        weights=weights or None,
        **given(arguments, "folds", "trials", "denoise", "seed", "limit"),
    )


if __name__ == "__main__":
    raise SystemExit(main())
