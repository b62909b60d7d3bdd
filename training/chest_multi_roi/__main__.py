"""Trains and judges the chest networks.

`python -m training.chest_multi_roi --data DIR --preset PRESET --out RUN` makes a run of both stages.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.chest_multi_roi.bmd_stage import make_bmd
from training.chest_multi_roi.landmark_stage import make_landmarks
from training.chest_multi_roi.settings import PRESETS, Course, Settings
from training.runs.command_line import ended, given, training_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: _run(arguments, _settings(arguments)))


def _run(arguments: argparse.Namespace, settings: Settings) -> None:
    if arguments.stage in ("landmarks", "both"):
        make_landmarks(settings, arguments.data, arguments.out, arguments.start)
    if arguments.stage in ("bmd", "both"):
        make_bmd(settings, arguments.data, arguments.out, arguments.weights, arguments.landmarks)


def _parser() -> argparse.ArgumentParser:
    parser = training_parser("chest_multi_roi", __doc__, PRESETS)
    parser.add_argument("--stage", choices=("landmarks", "bmd", "both"), default="both")
    parser.add_argument("--method", choices=("graph", "heatmap"), help="of the landmark network")
    parser.add_argument("--encoder", choices=("vgg11", "vgg16", "resnet18", "resnet34", "resnet50"))
    parser.add_argument("--regions", choices=("multi", "cervical", "clavicle", "lumbar", "ribcage", "chest"))
    parser.add_argument("--landmarks", type=Path, help="another run, whose landmarks place the regions")
    parser.add_argument("--start", type=Path, help="another run, with whose landmark network to begin")
    parser.add_argument(
        "--weights", type=Path, help="torchvision's, or a run's network.pt: where the encoder starts"
    )
    parser.add_argument("--epochs", type=int, help="of each stage that is run")
    parser.add_argument("--learning-rate", type=float, help="likewise")
    parser.add_argument("--precision", choices=("float32", "mixed_bfloat16"), help="of training")
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
    return replace(course, **given(arguments, "epochs", "seed", "learning_rate", "precision"))


if __name__ == "__main__":
    raise SystemExit(main())
