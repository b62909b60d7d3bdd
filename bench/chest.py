"""The chest model in one process: `python -m bench.chest THREADS` prints seconds and shares as JSON.

The shipped time is the mean over the bundle's golden pictures. The faithful model is the published one as
PyTorch runs it without more ado, with drawn weights: seven regions of 256 x 256 through a whole VGG16, and
the heads; and the same converted, as the shipped one is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch

from bench.open_vino import in_openvino
from bench.rounds import medians
from bench.work import stages
from conversion.chest_graphs import RegionGraph, onnx_of
from conversion.export import quantized
from desktop.analysis import analyse
from desktop.analysis.chest import find_in_chest
from desktop.analysis.question import Question
from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.clinical.reference import default_table
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.imaging.regions import region_tensor
from desktop.models import ChestBundle, Models, load_installed
from desktop.models.chest_bundle import in_pixels
from desktop.models.golden import golden_radiograph
from desktop.models.session import open_session
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
    models = load_installed(threads=threads)
    bundle = models.by_family[FAMILY]
    if not isinstance(bundle, ChestBundle):
        raise TypeError(f"the bundle {FAMILY} is none of a chest model")
    pictures = [golden_radiograph(bundle.contents[golden.file]) for golden in bundle.manifest.golden]
    cases = _cases(models, bundle, pictures, threads)
    json.dump({"case": cases, "stages": _stages(bundle, pictures[0])}, sys.stdout)


def _cases(
    models: Models, bundle: ChestBundle, pictures: Sequence[Radiograph], threads: int
) -> dict[str, float]:
    question = Question(Patient(), default_table())
    ways = {
        SHIPPED: bundle,
        "the same in ONNX Runtime float": bundle.in_float(),
        "the same in OpenVINO": _in_openvino(bundle, threads),
    }
    quick: dict[str, Callable[[], object]] = {
        name: (lambda way=way: [find_in_chest(each, way, question) for each in pictures])
        for name, way in ways.items()
    }
    view = View.CHEST_FRONTAL
    quick["the shipped one, and before it the view gate"] = lambda: [
        analyse(each, models, view=view) for each in pictures
    ]
    each = {name: seconds / len(pictures) for name, seconds in medians(quick, ROUNDS).items()}
    return each | medians(_faithful(bundle, pictures[0], threads), FAITHFUL_ROUNDS)


def _faithful(bundle: ChestBundle, picture: Radiograph, threads: int) -> dict[str, Callable[[], object]]:
    """Return the published networks: regions to BMD, in PyTorch and converted, and the landmarks apart."""
    settings = PRESETS["paper"]
    judge = BmdNetwork(settings.bmd, torch.ones(4), torch.ones(4)).eval()
    mean_shape = torch.full((len(LANDMARKS), 2), 0.5)
    place = build(settings.landmarks, mean_shape).eval()
    regions = regions_of(in_pixels(bundle.landmark_shares(bundle.square(picture)), picture))
    crops = region_tensor(shown_grey(picture), regions, settings.bmd.size_px)
    seen = torch.from_numpy(crops[np.newaxis].astype(np.float32) / 255)
    feed = {"regions": crops[np.newaxis].astype(np.float32)}
    graph = RegionGraph(judge, torch.full((4,), 0.25))
    shape = (1, len(REGIONS), settings.bmd.size_px, settings.bmd.size_px)
    model = onnx_of(graph, "regions", shape, ["bmd", "evidence"])
    exported = open_session(model, threads=threads)
    int8 = open_session(quantized(model, iter([feed])), threads=threads)
    square = torch.rand(1, 1, settings.landmarks.size_px, settings.landmarks.size_px)
    return {
        "faithful model in PyTorch, its landmarks left out": torch.inference_mode()(
            lambda: judge.answer(seen)
        ),
        "the faithful model converted: ONNX Runtime float": lambda: exported.run(None, feed),
        "the faithful model converted: ONNX Runtime int8": lambda: int8.run(None, feed),
        "its landmarks in PyTorch alone": torch.inference_mode()(lambda: place(square)),
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
    found = regions_of(in_pixels(bundle.landmark_shares(bundle.square(picture)), picture))
    grey = shown_grey(picture)
    crops = bundle.crops(grey, found)
    tasks: dict[str, Callable[[], object]] = {
        "picture to landmarks": lambda: bundle.landmark_shares(bundle.square(picture)),
        "cutting the regions": lambda: bundle.crops(grey, found),
        "regions to BMD": lambda: bundle.run(crops),
    }
    graphs = {"picture to landmarks": manifest.landmark_model, "regions to BMD": manifest.model}
    return stages(tasks, {name: bundle.contents[file] for name, file in graphs.items()}, ROUNDS)


if __name__ == "__main__":
    main(int(sys.argv[1]))
