"""Writes phantom pictures and their truth: `python -m training.phantom --view NAME --count N --out DIR`."""

from __future__ import annotations

import argparse
import csv
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
from tqdm import tqdm

from desktop.imaging.radiograph import View
from training.phantom.dxa.picture import COLUMNS, write_picture
from training.phantom.other.picture import OTHER_COLUMNS, write_other_picture
from training.phantom.radiograph.file import columns, write_radiograph


def main(arguments: list[str] | None = None) -> int:
    """Write `count` pictures and manifest.csv into a folder; each row is written as its picture is."""
    chosen = _parser().parse_args(arguments)
    chosen.out.mkdir(parents=True, exist_ok=True)
    columns, write = _kind(View(chosen.view))
    task = partial(write, seed=chosen.seed, looks=chosen.looks, size_px=chosen.size, folder=chosen.out)
    with (chosen.out / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        numbers = range(chosen.first, chosen.first + chosen.count)
        done = _made(task, numbers, chosen.workers)
        writer.writerows(tqdm(done, total=chosen.count, unit="picture", disable=not sys.stderr.isatty()))
    kind = resource.RUSAGE_SELF if chosen.workers == 1 else resource.RUSAGE_CHILDREN
    peak_mb = resource.getrusage(kind).ru_maxrss / 1024.0
    sys.stderr.write(f"made {chosen.count}; a process took {peak_mb:.0f} MB at most\n")
    return 0


def _kind(view: View) -> tuple[Sequence[str], Callable[..., dict[str, str]]]:
    """Return the manifest's columns for a view, and what writes one picture of it."""
    if view is View.DXA_SPINE:
        return COLUMNS, write_picture
    if view is View.OTHER:
        return OTHER_COLUMNS, write_other_picture
    return columns(view), partial(write_radiograph, view=view)


def _made(task: Callable[[int], dict[str, str]], numbers: range, workers: int) -> Iterator[dict[str, str]]:
    if workers == 1:
        yield from map(task, numbers)
        return
    with get_context("spawn").Pool(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.imap(task, numbers, chunksize=8)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.phantom", description=__doc__)
    parser.add_argument("--view", choices=[view.value for view in View], required=True)
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
