"""Trains and judges the chest networks.

`python -m training.chest_multi_roi --data DIR --preset PRESET --out RUN` makes a run of both stages.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2

from desktop.errors import AppError
from training.chest_multi_roi.bmd_stage import make_bmd
from training.chest_multi_roi.landmark_stage import make_landmarks
from training.chest_multi_roi.settings import PRESETS, Course, Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    cv2.setNumThreads(1)
    settings = _settings(arguments)
    try:
        if arguments.stage in ("landmarks", "both"):
            make_landmarks(settings, arguments.data, arguments.out, arguments.start)
        if arguments.stage in ("bmd", "both"):
            make_bmd(settings, arguments.data, arguments.out, arguments.weights, arguments.landmarks)
    except AppError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.chest_multi_roi", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and its pictures")
    parser.add_argument("--preset", choices=PRESETS, required=True)
    parser.add_argument("--out", type=Path, required=True, help="run folder; an unfinished run in it goes on")
    parser.add_argument("--stage", choices=("landmarks", "bmd", "both"), default="both")
    parser.add_argument("--method", choices=("graph", "heatmap"), help="of the landmark network")
    parser.add_argument("--encoder", choices=("vgg11", "vgg16", "resnet18", "resnet34", "resnet50"))
    parser.add_argument("--regions", choices=("multi", "cervical", "clavicle", "lumbar", "ribcage", "chest"))
    parser.add_argument("--landmarks", type=Path, help="another run, whose landmarks place the regions")
    parser.add_argument("--start", type=Path, help="another run, with whose landmark network to begin")
    parser.add_argument("--weights", type=Path, help="torchvision's weights, for the encoder to start from")
    parser.add_argument("--epochs", type=int, help="of each stage that is run")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--precision", choices=("float32", "mixed_bfloat16"), help="of training")
    parser.add_argument("--limit", type=int, help="take only so many rows of the manifest")
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    preset = PRESETS[arguments.preset]
    landmarks = replace(preset.landmarks, course=_course(arguments, preset.landmarks.course))
    bmd = replace(preset.bmd, course=_course(arguments, preset.bmd.course))
    if arguments.method:
        landmarks = replace(landmarks, method=arguments.method)
    changes = {name: value for name in ("encoder", "regions") if (value := getattr(arguments, name))}
    if changes.get("encoder", "").startswith("vgg"):
        changes |= {"decoder": 0, "mineral": 0.0}  # which only a ResNet has
    return replace(preset, landmarks=landmarks, bmd=replace(bmd, **changes), limit=arguments.limit)


def _course(arguments: argparse.Namespace, course: Course) -> Course:
    names = ("epochs", "seed", "precision")
    changes = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    return replace(course, **changes)


if __name__ == "__main__":
    raise SystemExit(main())
