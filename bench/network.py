"""One process of the comparison: `python -m bench.network published|narrow THREADS` prints seconds as JSON.

Speed does not depend on what the weights are, so they are drawn.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from bench.contestants import Answer, contestants  # noqa: E402
from bench.rounds import medians  # noqa: E402
from desktop.analysis.finding import find  # noqa: E402
from desktop.analysis.question import Question  # noqa: E402
from desktop.clinical.lumbar import VERTEBRAE, mean_area_shares  # noqa: E402
from desktop.clinical.reference import default_table  # noqa: E402
from desktop.findings.result import ModelIdentity  # noqa: E402
from desktop.imaging.preprocess import square_tensor  # noqa: E402
from desktop.imaging.radiograph import Patient, Radiograph  # noqa: E402
from desktop.models import manifest as parts  # noqa: E402

ROUNDS = 40
PRESETS = {"published": "paper", "narrow": "edge"}
PICTURE_PX = (512, 400)


@dataclass(frozen=True)
class Told:
    """What `find` reads of a manifest."""

    sites: tuple[str, ...]
    evidence: str = "phantom"
    input: parts.Input = parts.Input(
        name="image",
        size_px=256,
        resize="pad_to_square_bilinear",
        intensity="0_to_255",
        polarity="bone_bright",
    )
    outputs = {"bmd": parts.Output(unit="g/cm2", low=-100.0, high=100.0)}  # noqa: RUF012
    area_shares = mean_area_shares()
    probability = parts.Logistic(intercept=0.0, slope=0.0)
    conformal = parts.Conformal(
        level=0.9, half_width_g_cm2=dict.fromkeys((*VERTEBRAE, "L1-L4"), 0.1), pictures=0
    )
    thresholds = parts.Thresholds(
        lower=0.1,
        upper=0.9,
        sensitivity_at_lower=1.0,
        ppv_at_upper=1.0,
        sensitivity_at_upper=1.0,
        prevalence=0.1,
        pictures=0,
    )


@dataclass(frozen=True)
class Way:
    """A contestant in a bundle's place."""

    answer: Answer
    manifest: Told
    identity: ModelIdentity = ModelIdentity("dxa_bmd", "0", "phantom", "", "")
    ran_in_float: bool = False

    def run(self, tensor: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Answer as a bundle does."""
        return {"bmd": self.answer(tensor)}


def main(name: str, threads: int) -> None:
    """Print {"network": {way: seconds}, "picture to finding": {way: seconds}}."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    ways, told = _ways(name, threads)
    picture = _picture()
    tensor = square_tensor(picture, told.input.size_px)
    question = Question(Patient(), default_table())
    alone = {each: (lambda answer=answer: answer(tensor)) for each, answer in ways.items()}
    whole = {
        each: (lambda way=Way(answer, told): find(picture, way, question)) for each, answer in ways.items()
    }
    json.dump({"network": medians(alone, ROUNDS), "picture to finding": medians(whole, ROUNDS)}, sys.stdout)


def _ways(name: str, threads: int) -> tuple[dict[str, Answer], Told]:
    import keras

    from conversion.export import float_onnx, int8_onnx
    from training.dxa_bmd.network import Targets, build
    from training.dxa_bmd.settings import PRESETS as TRAINED

    keras.utils.set_random_seed(1)
    settings = TRAINED[PRESETS[name]]
    count = len(settings.sites)
    model = build(settings, Targets((1.0,) * count, (0.15,) * count, (1 / count,) * count))
    graph = float_onnx(model)
    seen = np.random.default_rng(1).integers(0, 256, (8, settings.size_px, settings.size_px, 3), np.uint8)
    return contestants(model, graph, int8_onnx(graph, seen), threads), Told(settings.sites)


def _picture() -> Radiograph:
    pixels = np.random.default_rng(2).integers(0, 256, PICTURE_PX).astype(np.float32)
    return Radiograph(Path("picture"), pixels, 255.0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
