"""The lateral lumbar model in one process: `python -m bench.lumbar THREADS` prints seconds as JSON.

The shipped time is the mean over the bundle's golden pictures, some of which are doubted and so turned round,
and holds the finding of the crop too. The faithful models are the published ones, as Keras runs them, with
drawn weights: VGG16, VGG19, ResNet50 and Xception without their tops, at 224 x 224, on a crop that somebody
chose by hand.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

from bench.open_vino import in_openvino  # noqa: E402
from bench.rounds import medians  # noqa: E402
from bench.work import stages  # noqa: E402
from desktop.analysis.lumbar import find_in_lumbar  # noqa: E402
from desktop.analysis.question import Question  # noqa: E402
from desktop.clinical.reference import default_table  # noqa: E402
from desktop.imaging.radiograph import Patient, Radiograph  # noqa: E402
from desktop.models import LumbarBundle, load_installed  # noqa: E402
from desktop.models.golden import golden_radiograph  # noqa: E402
from desktop.models.lumbar_bundle import in_pixels  # noqa: E402

FAMILY = "lumbar_xray"
SHIPPED = "shipped: ONNX Runtime int8"
ROUNDS = 15
FAITHFUL_ROUNDS = 5


def main(threads: int) -> None:
    """Print {"case": {way: seconds}, "stages": {stage: [seconds, share of the processor's peak or null]}}."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    bundle = load_installed(threads=threads).by_family[FAMILY]
    if not isinstance(bundle, LumbarBundle):
        raise TypeError(f"the bundle {FAMILY} is none of a lateral lumbar model")
    pictures = [golden_radiograph(bundle.contents[golden.file]) for golden in bundle.manifest.golden]
    json.dump({"case": _cases(bundle, pictures, threads), "stages": _stages(bundle, pictures[0])}, sys.stdout)


def _cases(bundle: LumbarBundle, pictures: Sequence[Radiograph], threads: int) -> dict[str, float]:
    question = Question(Patient(), default_table())
    ways = {
        SHIPPED: bundle,
        "the same in ONNX Runtime float": bundle.in_float(),
        "the same in OpenVINO": _in_openvino(bundle, threads),
    }
    quick = {
        name: (lambda way=way: [find_in_lumbar(picture, way, question) for picture in pictures])
        for name, way in ways.items()
    }
    each = {name: seconds / len(pictures) for name, seconds in medians(quick, ROUNDS).items()}
    faithful = medians(_faithful(), FAITHFUL_ROUNDS)
    return each | faithful | {"all four in Keras predict": sum(faithful.values())}


def _faithful() -> dict[str, Callable[[], object]]:
    """Return the published networks' answers to one crop."""
    from training.lumbar_xray.class_network import build
    from training.lumbar_xray.settings import BACKBONES, PRESETS

    encoder = PRESETS["paper"].classes.encoder
    crop = np.random.default_rng(1).integers(0, 256, (1, encoder.size_px, encoder.size_px, 1))
    seen = crop.astype(np.float32)
    networks = {name: build(replace(encoder, backbone=name), classes=2) for name in BACKBONES}
    return {
        f"{name} in Keras predict": (lambda network=network: network.predict(seen, verbose=0))
        for name, network in networks.items()
    }


def _in_openvino(bundle: LumbarBundle, threads: int) -> LumbarBundle:
    manifest = bundle.manifest
    return replace(
        bundle,
        session=in_openvino(bundle.contents[manifest.model], threads),
        corner_session=in_openvino(bundle.contents[manifest.corner_model], threads),
    )


def _stages(bundle: LumbarBundle, picture: Radiograph) -> dict[str, tuple[float, float | None]]:
    corners = in_pixels(bundle.placed(picture).shares, picture)
    crop = bundle.crop(picture, corners)
    tasks: dict[str, Callable[[], object]] = {
        "picture to vertebra corners": lambda: bundle.placed(picture),
        "cutting L1 to L3": lambda: bundle.crop(picture, corners),
        "crop to classes": lambda: bundle.run(crop),
    }
    graphs = {
        "picture to vertebra corners": bundle.manifest.corner_model,
        "crop to classes": bundle.manifest.model,
    }
    return stages(tasks, {name: bundle.contents[file] for name, file in graphs.items()}, ROUNDS)


if __name__ == "__main__":
    main(int(sys.argv[1]))
