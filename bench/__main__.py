"""Measures speed and memory: `python -m bench [--out FILE]` prints the tables, and writes them if asked."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.start import start_and_memory

OLD_CPU = Path(__file__).resolve().parents[2] / "shared" / "tools" / "oldcpu"
NETWORKS = {
    "published": "The published network (convolutions 32, 64, 128)",
    "narrow": "The narrow network of the preset `edge`, which ships",
}
SHIPPED = "shipped: ONNX Runtime int8"
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
        "which every way was asked once; `x` is a way's time over the shipped one's. One picture of "
        "512 x 400 at a time: the network alone, and from the decoded picture to the finding."
    )
    processors = {"this processor": None} | ({"as if it ended at AVX2": OLD_CPU} if OLD_CPU.exists() else {})
    for name, title in NETWORKS.items():
        for processor, wrapper in processors.items():
            yield f"\n## {title}: {processor}\n"
            yield from _table({threads: _compared(name, threads, wrapper) for threads in (1, 2)})
    yield "\n## Start and memory\n"
    yield from start_and_memory()


def _compared(name: str, threads: int, wrapper: Path | None) -> Seconds:
    words = [*([str(wrapper)] if wrapper else []), sys.executable, "-m", "bench.network", name, str(threads)]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    ended = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    seconds: Seconds = json.loads(ended.stdout)
    return seconds


def _table(by_threads: Mapping[int, Seconds]) -> Iterator[str]:
    columns = [(threads, what) for threads, measured in by_threads.items() for what in measured]
    yield (
        "| | "
        + " | ".join(f"{what}, {threads} thread{'s'[: threads - 1]}" for threads, what in columns)
        + " |"
    )
    yield "| --- |" + " ---: |" * len(columns)
    for way in by_threads[1]["network"]:
        cells = [_cell(by_threads[threads][what], way) for threads, what in columns]
        yield f"| {way} | " + " | ".join(cells) + " |"


def _cell(seconds: Mapping[str, float], way: str) -> str:
    return f"{1000 * seconds[way]:.1f} ms, {seconds[way] / seconds[SHIPPED]:.2f}x"


if __name__ == "__main__":
    sys.exit(main())
