"""The stacked ensemble in one process: `python -m bench.ensemble THREADS` prints seconds as JSON.

The picture is the shipped bundle's first golden one. The faithful models are the ensemble's three networks in
Keras and its forest in scikit-learn, with drawn weights, as shipped (`edge`) and of the published kind
(`paper`), on a strip that is already cut. The shipped time holds the finding of the strip too.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

from bench.rounds import medians  # noqa: E402
from bench.work import stages  # noqa: E402
from desktop.analysis.ensemble import find_in_ensemble  # noqa: E402
from desktop.analysis.question import Question  # noqa: E402
from desktop.clinical.reference import default_table  # noqa: E402
from desktop.imaging.radiograph import Patient, Radiograph  # noqa: E402
from desktop.models import EnsembleBundle, load_installed  # noqa: E402
from desktop.models.golden import golden_radiograph  # noqa: E402

FAMILY = "stacked_ensemble"
SHIPPED = "shipped: ONNX Runtime int8"
ROUNDS = 15
FAITHFUL_ROUNDS = 5
PEOPLE = 900
"""Made-up people whom the faithful forests are fitted on, so that their trees are deep."""


def main(threads: int) -> None:
    """Print {"case": {way: seconds}, "stages": {stage: [seconds, share of the processor's peak or null]}}."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    bundle = load_installed(threads=threads).by_family[FAMILY]
    if not isinstance(bundle, EnsembleBundle):
        raise TypeError(f"the bundle {FAMILY} is none of an ensemble")
    picture = golden_radiograph(bundle.contents[bundle.manifest.golden[0].file])
    question = Question(Patient(), default_table())
    ways = {SHIPPED: bundle, "the same in ONNX Runtime float": bundle.in_float()}
    quick = {name: (lambda way=way: find_in_ensemble(picture, way, question)) for name, way in ways.items()}
    strip = bundle.cut(picture).strip
    cases = medians(quick | {"the shipped one on a strip that is cut": lambda: bundle.run(strip)}, ROUNDS)
    for preset in ("edge", "paper"):
        of_size = f"its networks and forest in Keras predict and scikit-learn, `{preset}`"
        cases |= medians({of_size: _faithful(preset, strip)}, FAITHFUL_ROUNDS)
    json.dump({"case": cases, "stages": _stages(bundle, picture)}, sys.stdout)


def _faithful(preset: str, strip: np.ndarray) -> Callable[[], object]:
    """Return what asks all three networks and the forest for one strip, uint8 [row, column]."""
    import keras

    from training.stacked_ensemble.forest import fit_forest
    from training.stacked_ensemble.network import build
    from training.stacked_ensemble.settings import PRESETS, RESNET_FOREST

    settings = PRESETS[preset]
    outputs = dict.fromkeys(settings.members, "probabilities") | {RESNET_FOREST: "features"}
    networks = []
    for name, member in settings.members.items():
        whole = build(member)
        networks.append(keras.Model(whole.input, whole.output[outputs[name]]))
    random = np.random.default_rng(1)
    features = random.normal(size=(PEOPLE, networks[-1].output.shape[1]))
    forest = fit_forest(features, random.integers(0, 3, PEOPLE), settings.forest, 1)
    seen = strip[np.newaxis, ..., np.newaxis].astype(np.float32)

    def ask() -> object:
        *_, found = [network.predict(seen, verbose=0) for network in networks]
        return forest(found)

    return ask


def _stages(bundle: EnsembleBundle, picture: Radiograph) -> dict[str, tuple[float, float | None]]:
    strip = bundle.cut(picture).strip
    tasks: dict[str, Callable[[], object]] = {
        "picture to strip": lambda: bundle.cut(picture),
        "strip to answers": lambda: bundle.run(strip),
    }
    return stages(tasks, {"strip to answers": bundle.contents[bundle.manifest.model]}, ROUNDS)


if __name__ == "__main__":
    main(int(sys.argv[1]))
