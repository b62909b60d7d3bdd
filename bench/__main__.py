"""Measures speed and memory: `python -m bench [--out FILE]` prints the tables, and writes them if asked."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.start import start_and_memory

OLD_CPU = Path(__file__).resolve().parents[2] / "shared" / "tools" / "oldcpu"
NETWORKS = {
    "published": "The published network (convolutions 32, 64, 128)",
    "narrow": "The narrow network of the preset `edge`, which ships",
}
CASES = {
    "chest": (
        "The chest model",
        "From the decoded picture to the finding, landmarks and regions included, mean of the golden "
        "pictures; the faithful model's landmarks are timed apart, its weights are drawn.",
    ),
    "lumbar": (
        "The lateral lumbar model",
        "From the decoded picture to the finding, vertebra corners and crop included; the published networks "
        "get a crop that somebody chose.",
    ),
    "ensemble": (
        "The stacked ensemble",
        "From the decoded picture to the finding, the column of vertebrae cut out included; the faithful "
        "ones get a strip that is cut.",
    ),
}
SHIPPED = "shipped: ONNX Runtime int8"
THREADS = (1, 2)
Seconds = Mapping[str, Mapping[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--out", type=Path, help="write the tables there too, such as docs/results/speed.md")
    chosen = parser.parse_args(arguments)
    lines = []
    for line in _page():
        lines.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    if chosen.out:
        chosen.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _page() -> Iterator[str]:
    yield "# Speed and memory\n"
    yield (
        "Written by `make bench`, on this machine and in this run. Milliseconds are medians of rounds in "
        "which every way was asked once; `x` is a way's time over the shipped one's. One picture at a "
        "time; of spine DXA, 512 x 400: the network alone, and from the decoded picture to the finding."
    )
    processors = {"this processor": None} | ({"as if it ended at AVX2": OLD_CPU} if OLD_CPU.exists() else {})
    for name, title in NETWORKS.items():
        for processor, wrapper in processors.items():
            yield f"\n## {title}: {processor}\n"
            by_threads = {threads: _measured(f"network {name}", threads, wrapper) for threads in THREADS}
            yield from _table(by_threads, "network")
    for task, (title, words) in CASES.items():
        for processor, wrapper in processors.items():
            yield f"\n## {title}: {processor}\n"
            yield f"{words}\n"
            yield from _case({threads: _measured(task, threads, wrapper) for threads in THREADS})
    yield "\n## Start and memory\n"
    yield from start_and_memory()


def _measured(task: str, threads: int, wrapper: Path | None) -> Any:
    """Return what `python -m bench.TASK THREADS` prints; a task is a module and its arguments."""
    words = [*([str(wrapper)] if wrapper else []), sys.executable, "-m", *f"bench.{task} {threads}".split()]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    ended = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout)


def _case(by_threads: Mapping[int, Any]) -> Iterator[str]:
    yield from _table({threads: {"case": each["case"]} for threads, each in by_threads.items()}, "case")
    yield (
        "\nThe shipped model's stages, with their share of what one large product of float32 matrices "
        "reaches here.\n"
    )
    yield "| stage | " + " | ".join(_threads(threads) for threads in by_threads) + " |"
    yield "| --- |" + " ---: |" * len(by_threads)
    for stage in by_threads[1]["stages"]:
        yield (
            f"| {stage} | "
            + " | ".join(_stage(*each["stages"][stage]) for each in by_threads.values())
            + " |"
        )


def _stage(seconds: float, share: float | None) -> str:
    return f"{1000 * seconds:.1f} ms" + (f", {share:.0%}" if share is not None else "")


def _threads(count: int) -> str:
    return f"{count} thread{'s'[: count - 1]}"


def _table(by_threads: Mapping[int, Seconds], rows: str) -> Iterator[str]:
    """Yield a table of milliseconds; its rows are the ways that were measured for `rows`."""
    columns = [(threads, what) for threads, measured in by_threads.items() for what in measured]
    yield ("| | " + " | ".join(f"{what}, {_threads(threads)}" for threads, what in columns) + " |")
    yield "| --- |" + " ---: |" * len(columns)
    for way in by_threads[1][rows]:
        cells = [_cell(by_threads[threads][what], way) for threads, what in columns]
        yield f"| {way} | " + " | ".join(cells) + " |"


def _cell(seconds: Mapping[str, float], way: str) -> str:
    return f"{1000 * seconds[way]:.1f} ms, {seconds[way] / seconds[SHIPPED]:.2f}x"


if __name__ == "__main__":
    sys.exit(main())
