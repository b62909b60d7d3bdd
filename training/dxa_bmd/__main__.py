"""Trains and judges a network: `python -m training.dxa_bmd --data DIR --preset PRESET --out RUN`."""

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
from training.dxa_bmd.run import make_run  # noqa: E402
from training.dxa_bmd.settings import PRESETS, Settings  # noqa: E402


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        make_run(_settings(arguments), arguments.data, arguments.out)
    except AppError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.dxa_bmd", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and its pictures")
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it goes on")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch", type=int, help="pictures a step")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--size-px", type=int, help="side of the network's square input")
    parser.add_argument("--filters", type=int, nargs="+", help="width of each convolution")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--limit", type=int, help="take only so many rows of the manifest")
    parser.add_argument(
        "--precision",
        choices=("float32", "mixed_bfloat16"),
        help="mixed_bfloat16 is faster where the CPU has AMX",
    )
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    names = ("epochs", "batch", "learning_rate", "size_px", "seed", "precision", "limit")
    changes = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.filters:
        changes["filters"] = tuple(arguments.filters)
    return replace(PRESETS[arguments.preset], **changes)


if __name__ == "__main__":
    raise SystemExit(main())
