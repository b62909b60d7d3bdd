"""Writes phantom pictures and their truth: `python -m training.phantom --view NAME --count N --out DIR`."""

from __future__ import annotations

import argparse
import csv
import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
from tqdm import tqdm

from training.phantom.picture import COLUMNS, write_picture


def main(arguments: list[str] | None = None) -> int:
    """Write `count` pictures and manifest.csv into a folder; pictures that are already there are kept."""
    chosen = _parser().parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    numbers = range(chosen.first, chosen.first + chosen.count)
    task = partial(
        write_picture, seed=chosen.seed, looks=chosen.looks, size_px=chosen.size, folder=chosen.out
    )
    progress = partial(tqdm, total=chosen.count, unit="picture", disable=not sys.stderr.isatty())
    if chosen.workers == 1:
        rows = list(progress(map(task, numbers)))
    else:
        with get_context("spawn").Pool(chosen.workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            rows = list(progress(pool.imap(task, numbers, chunksize=8)))
    with (chosen.out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.phantom", description=__doc__)
    parser.add_argument("--view", choices=["dxa_spine"], required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first picture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--looks", choices=["one", "every"], default="every")
    parser.add_argument("--size", type=int, default=512, help="height of the largest pictures, pixels")
    parser.add_argument("--workers", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
