"""Trains the gate: `python -m training.view_gate --data DIR DIR ... --preset edge --out RUN`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.runs.command_line import ended, given
from training.view_gate.run import make_run
from training.view_gate.settings import PRESETS


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    changes = given(arguments, "epochs", "limit", "seed", "batch", "learning_rate")
    return ended(
        lambda: make_run(replace(PRESETS[arguments.preset], **changes), arguments.data, arguments.out)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.view_gate", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with manifest.csv")
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="run folder")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--limit", type=int, help="take only so many rows of each manifest")
    parser.add_argument("--batch", type=int, help="pictures a step")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--seed", type=int)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
