"""Puts ten points on real chests with a network that saw phantoms alone: how far off, in mm.

`python -m training.realism.landmark_judge --data DIR --round WORDS --out docs/results/landmark_judge.md`.
Each call adds a line to landmark_judge.csv beside the page. `--sheet FILE` draws the points on the real
pictures, for one's own eyes: such a sheet is never committed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from training.data.manifest import read_manifest
from training.landmarks.changes import changed
from training.landmarks.heatmap import HeatmapNetwork
from training.real_pictures import listed_folder
from training.realism.landmark_pictures import POINTS, Marked, Points, of_phantoms, of_real

SIZE_PX = 128
WIDTHS = (16, 32, 48, 64, 96)
BATCH = 16
HELD_OUT = 0.1


def main(arguments: list[str] | None = None) -> int:
    """Train, measure, write the round and the page."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    chests = listed_folder("chest", parser)
    cv2.setNumThreads(1)
    phantoms = of_phantoms(read_manifest(chosen.data / "manifest.csv")[: chosen.count], chosen.data, SIZE_PX)
    real = of_real(chests, SIZE_PX)
    kept = round(len(phantoms.pictures) * (1 - HELD_OUT))
    network = trained(part(phantoms, 0, kept), chosen.steps, chosen.seed)
    on_phantoms = errors_mm(network, part(phantoms, kept, len(phantoms.pictures)))
    on_real = errors_mm(network, real)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    record = chosen.out.with_suffix(".csv")
    _add_round(record, _line(chosen, kept, on_phantoms, on_real))
    chosen.out.write_text(page(record), encoding="utf-8")
    if chosen.sheet:
        cv2.imwrite(str(chosen.sheet), sheet(network, real))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.realism.landmark_judge", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of chest phantoms")
    parser.add_argument("--count", type=int, default=2000, help="phantoms to learn from, from its start")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--round", required=True, help="what is new, in a few words")
    parser.add_argument("--out", type=Path, required=True, help="the page")
    parser.add_argument("--sheet", type=Path, help="where to draw the real pictures with their points")
    return parser


def part(marked: Marked, start: int, stop: int) -> Marked:
    """Return the pictures from `start` to `stop`."""
    chosen = slice(start, stop)
    return Marked(marked.pictures[chosen], marked.points[chosen], marked.side_mm[chosen])


def trained(phantoms: Marked, steps: int, seed: int) -> HeatmapNetwork:
    """Return the network after so many batches of changed phantoms."""
    torch.manual_seed(seed)
    network = HeatmapNetwork(len(POINTS), WIDTHS)
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    random = np.random.default_rng(seed)
    for _ in range(steps):
        places = random.integers(0, len(phantoms.pictures), BATCH)
        made = [changed(phantoms.pictures[k], phantoms.points[k], random) for k in places]
        pictures = torch.from_numpy(np.array([each[0] for each in made], np.float32)[:, None])
        points = torch.from_numpy(np.array([each[1] for each in made], np.float32))
        loss = network.loss(pictures, points)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def placed(network: HeatmapNetwork, pictures: NDArray[np.uint8]) -> Points:
    """Return the points on pictures as shares of their side, [n, point, (x, y)]."""
    with torch.no_grad():
        batches = np.array_split(pictures, range(BATCH, len(pictures), BATCH))
        found = [network(torch.from_numpy(each[:, None].astype(np.float32) / 255)) for each in batches]
    return torch.cat(found).numpy().astype(np.float64)


def errors_mm(network: HeatmapNetwork, marked: Marked) -> NDArray[np.float64]:
    """Return how far each point is off, [n, point] in mm."""
    apart = np.linalg.norm(placed(network, marked.pictures) - marked.points, axis=2)
    return apart * marked.side_mm[:, None]


def interval(of_pictures: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean over pictures."""
    drawn = np.random.default_rng(1).choice(of_pictures, (2000, len(of_pictures))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def sheet(network: HeatmapNetwork, real: Marked) -> NDArray[np.uint8]:
    """Return real pictures with true points in green and those found in red, for looking at only."""
    tiles = []
    for picture, true, found in zip(real.pictures, real.points, placed(network, real.pictures), strict=True):
        tile = cv2.cvtColor(cv2.resize(picture, (240, 240)), cv2.COLOR_GRAY2BGR)
        for points, colour in ((true, (80, 220, 80)), (found, (60, 60, 255))):
            for x, y in points * 240:
                cv2.circle(tile, (round(x), round(y)), 3, colour, -1, cv2.LINE_AA)
        tiles.append(tile)
    rows = [np.hstack(tiles[k : k + 10]) for k in range(0, len(tiles) // 10 * 10, 10)]
    return np.vstack(rows)


def _line(
    chosen: argparse.Namespace,
    learned: int,
    on_phantoms: NDArray[np.float64],
    on_real: NDArray[np.float64],
) -> dict[str, str]:
    low, high = interval(on_real.mean(axis=1))
    line = {
        "round": chosen.round,
        "phantoms": str(learned),
        "seed": str(chosen.seed),
        "on_phantoms_mm": f"{on_phantoms.mean():.1f}",
        "real": str(len(on_real)),
        "on_real_mm": f"{on_real.mean():.1f}",
        "low_mm": f"{low:.1f}",
        "high_mm": f"{high:.1f}",
    }
    return line | {name: f"{on_real[:, k].mean():.1f}" for k, name in enumerate(POINTS)}


def _add_round(path: Path, line: dict[str, str]) -> None:
    is_new = not path.is_file()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, line, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def page(record: Path) -> str:
    """Return the page of all rounds, in Markdown."""
    with record.open(newline="", encoding="utf-8") as file:
        rounds = list(csv.DictReader(file))
    lines = [
        "# Ten points on real chests by a network that saw phantoms alone",
        "",
        "Made by `make study-landmark-judge` (`python -m training.realism.landmark_judge`): a small network",
        f"at {SIZE_PX} pixels, trained on phantoms of every look, on the 60 PA chests of data/real/chest",
        "(0.35 mm a pixel). Mean distance; the interval is a 95 % bootstrap over pictures. Floor 20 mm, aim",
        "8 mm. Real pictures only measure.",
        "",
        "| round | phantoms | seed | unseen phantoms, mm | real chests, mm | 95 % interval |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {each['round']} | {each['phantoms']} | {each['seed']} | {each['on_phantoms_mm']} |"
        f" {each['on_real_mm']} | {each['low_mm']} to {each['high_mm']} |"
        for each in rounds
    ]
    lines += ["", "Mean distance on real chests by point, mm:", ""]
    lines += [
        "| point | " + " | ".join(each["round"] for each in rounds) + " |",
        "| --- |" + " --- |" * len(rounds),
    ]
    lines += [f"| {name} | " + " | ".join(each[name] for each in rounds) + " |" for name in POINTS]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
