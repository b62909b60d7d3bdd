"""Trains and judges a network: `python -m training.dxa_bmd --data DIR --preset PRESET --out RUN`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from training.dxa_bmd.run import make_run
from training.dxa_bmd.settings import PRESETS, Settings
from training.runs.command_line import ended, given, training_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: make_run(_settings(arguments), arguments.data, arguments.out))


def _parser() -> argparse.ArgumentParser:
    parser = training_parser("dxa_bmd", __doc__, PRESETS)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int, help="pictures a step")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--size-px", type=int, help="side of the network's square input")
    parser.add_argument("--filters", type=int, nargs="+", help="width of each convolution")
    parser.add_argument(
        "--precision",
        choices=("float32", "mixed_bfloat16"),
        help="mixed_bfloat16 is faster where the CPU has AMX",
    )
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    names = ("epochs", "batch", "learning_rate", "size_px", "seed", "precision", "limit")
    changes = given(arguments, *names)
    if arguments.filters:
        changes["filters"] = tuple(arguments.filters)
    return replace(PRESETS[arguments.preset], **changes)


if __name__ == "__main__":
    raise SystemExit(main())
