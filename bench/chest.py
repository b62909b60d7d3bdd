"""The chest model in one process: `python -m bench.chest THREADS` prints seconds and shares as JSON.

The picture is the shipped bundle's first golden one. The faithful model is the published one as PyTorch runs
it without more ado, with drawn weights: seven regions of 256 x 256 through a whole VGG16, and the heads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from bench.open_vino import in_openvino
from bench.rounds import medians
from bench.work import stages
from desktop.analysis.chest import find_in_chest
from desktop.analysis.question import Question
from desktop.clinical.chest import LANDMARKS, regions_of
from desktop.clinical.reference import default_table
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import Patient, Radiograph
from desktop.imaging.regions import region_tensor
from desktop.models import ChestBundle, load_installed
from desktop.models.chest_bundle import in_pixels
from desktop.models.golden import golden_radiograph
from training.chest_multi_roi.bmd_network import BmdNetwork
from training.chest_multi_roi.landmark_network import build
from training.chest_multi_roi.settings import PRESETS

FAMILY = "chest_multi_roi"
SHIPPED = "shipped: ONNX Runtime int8"
ROUNDS = 15
FAITHFUL_ROUNDS = 5


def main(threads: int) -> None:
    """Print {"case": {way: seconds}, "stages": {stage: [seconds, share of the processor's peak or null]}}."""
    torch.set_num_threads(threads)
    bundle = load_installed(threads=threads).by_family[FAMILY]
    if not isinstance(bundle, ChestBundle):
        raise TypeError(f"the bundle {FAMILY} is none of a chest model")
    picture = golden_radiograph(bundle.contents[bundle.manifest.golden[0].file])
    json.dump({"case": _cases(bundle, picture, threads), "stages": _stages(bundle, picture)}, sys.stdout)


def _cases(bundle: ChestBundle, picture: Radiograph, threads: int) -> dict[str, float]:
    question = Question(Patient(), default_table())
    ways = {
        SHIPPED: bundle,
        "the same in ONNX Runtime float": bundle.in_float(),
        "the same in OpenVINO": _in_openvino(bundle, threads),
    }
    quick = {name: (lambda way=way: find_in_chest(picture, way, question)) for name, way in ways.items()}
    return medians(quick, ROUNDS) | medians(_faithful(bundle, picture), FAITHFUL_ROUNDS)


def _faithful(bundle: ChestBundle, picture: Radiograph) -> dict[str, Callable[[], object]]:
    """Return the published networks: regions to BMD, and the landmarks apart."""
    settings = PRESETS["paper"]
    judge = BmdNetwork(settings.bmd, torch.ones(4), torch.ones(4)).eval()
    mean_shape = torch.full((len(LANDMARKS), 2), 0.5)
    place = build(settings.landmarks, mean_shape).eval()
    regions = regions_of(in_pixels(bundle.landmark_shares(picture), picture))
    crops = region_tensor(shown_grey(picture), regions, settings.bmd.size_px)
    seen = torch.from_numpy(crops[np.newaxis].astype(np.float32) / 255)
    square = torch.rand(1, 1, settings.landmarks.size_px, settings.landmarks.size_px)
    return {
        "faithful model in PyTorch, its landmarks left out": torch.inference_mode()(
            lambda: judge.answer(seen)
        ),
        "its landmarks alone": torch.inference_mode()(lambda: place(square)),
    }


def _in_openvino(bundle: ChestBundle, threads: int) -> ChestBundle:
    manifest = bundle.manifest
    return replace(
        bundle,
        session=in_openvino(bundle.contents[manifest.model], threads),
        landmark_session=in_openvino(bundle.contents[manifest.landmark_model], threads),
    )


def _stages(bundle: ChestBundle, picture: Radiograph) -> dict[str, tuple[float, float | None]]:
    manifest = bundle.manifest
    found = regions_of(in_pixels(bundle.landmark_shares(picture), picture))
    grey, size_px = shown_grey(picture), manifest.regions.size_px
    crops = region_tensor(grey, found, size_px)
    tasks: dict[str, Callable[[], object]] = {
        "picture to landmarks": lambda: bundle.landmark_shares(picture),
        "cutting the regions": lambda: region_tensor(grey, found, size_px),
        "regions to BMD": lambda: bundle.run(crops),
    }
    graphs = {"picture to landmarks": manifest.landmark_model, "regions to BMD": manifest.model}
    return stages(tasks, {name: bundle.contents[file] for name, file in graphs.items()}, ROUNDS)


if __name__ == "__main__":
    main(int(sys.argv[1]))
