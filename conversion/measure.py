"""How one form of the model does on the test split, and how repeatable its answers are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conversion.calibrate import Truths, Values, has_osteoporosis
from desktop.findings.outcome import CutOffs, decide
from desktop.findings.result import Outcome
from desktop.models.manifest import Metrics, Precision

if TYPE_CHECKING:
    import keras
    from onnxruntime import InferenceSession

    from training.data.manifest import Row

FEWEST_REPEATED = 10
BATCH = 64


def session_answers(
    session: InferenceSession, pictures: NDArray[np.uint8], places: Iterable[int]
) -> NDArray[np.float32]:
    """Return the BMD, g/cm2 [picture, site], of an ONNX session, one picture at a time as a clinic does."""

    def answer(place: int) -> NDArray[np.float32]:
        feed = pictures[place].transpose(2, 0, 1)[np.newaxis].astype(np.float32)
        return session.run(["bmd"], {"image": feed})[0][0]

    return np.array([answer(place) for place in places])


def framework_answers(
    model: keras.Model, pictures: NDArray[np.uint8], places: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return the BMD, g/cm2 [picture, site], of the Keras network."""
    batches = np.array_split(places, range(BATCH, len(places), BATCH))
    batch_answers = [model.predict_on_batch(pictures[batch].astype(np.float32))["bmd"] for batch in batches]
    return np.concatenate([np.asarray(each) for each in batch_answers])


def metrics(true: Values, predicted: Values, framework: Values | None = None) -> Metrics:
    """Return the errors of L1-L4, g/cm2 [picture], and the mean |change| against the framework's answers."""
    error = predicted - true
    return Metrics(
        pictures=len(true),
        mae_g_cm2=round(float(np.abs(error).mean()), 5),
        mae_percent=round(float(100 * (np.abs(error) / true).mean()), 3),
        r=round(float(np.corrcoef(true, predicted)[0, 1]), 4) if np.ptp(predicted) > 1e-9 else 0.0,
        auc=auc(has_osteoporosis(true), -predicted),
        bias_g_cm2=round(float(error.mean()), 5),
        mean_change_g_cm2=None
        if framework is None
        else round(float(np.abs(predicted - framework).mean()), 6),
    )


def auc(osteoporosis: Truths, score: Values) -> float | None:
    """Return the area under the ROC curve, None where all or nobody have it."""
    from sklearn.metrics import roc_auc_score

    if osteoporosis.all() or not osteoporosis.any():
        return None
    return round(float(roc_auc_score(osteoporosis, score)), 4)


def precision(rows: Sequence[Row], predicted: Values) -> Precision:
    """Return the RMS-SD of L1-L4 over pictures of one person with one BMD: repeated exposures."""
    repeated: dict[tuple[str, float | None], list[float]] = defaultdict(list)
    for row, value in zip(rows, predicted, strict=True):
        repeated[row.person, row.bmd_l1_l4_g_cm2].append(float(value))
    variances = [np.var(values, ddof=1) for values in repeated.values() if len(values) > 1]
    if len(variances) < FEWEST_REPEATED:
        reason = "The calibrate and test pictures hold too few repeated exposures of the same people."
        return Precision(rms_sd_g_cm2=None, reason=reason, people=len(variances))
    return Precision(
        rms_sd_g_cm2=round(float(np.sqrt(np.mean(variances))), 5), reason=None, people=len(variances)
    )


def rates(probability: Values, osteoporosis: Truths, cut_offs: CutOffs) -> Mapping[str, float | None]:
    """Return the four rates of the outcomes and the share uncertain; None where nobody could be counted.

    Sensitivity and NPV count uncertain as found, since a DXA is recommended; specificity and PPV do not.
    """
    outcomes = np.array([decide(float(each), cut_offs).value for each in probability])
    flagged, cleared = outcomes == Outcome.FLAGGED.value, outcomes == Outcome.NOT_FLAGGED.value
    return {
        "pictures": float(len(outcomes)),
        "prevalence": _share(osteoporosis),
        "sensitivity": _share(~cleared[osteoporosis]),
        "specificity": _share(~flagged[~osteoporosis]),
        "ppv": _share(osteoporosis[flagged]),
        "npv": _share(~osteoporosis[cleared]),
        "flagged_of_osteoporosis": _share(flagged[osteoporosis]),
        "uncertain": _share(~flagged & ~cleared),
    }


def coverage(true: Values, predicted: Values, half_width_g_cm2: float) -> float | None:
    """Return the share of true values within the interval, None without pictures."""
    return _share(np.abs(true - predicted) <= half_width_g_cm2)


def _share(which: Truths) -> float | None:
    return round(float(which.mean()), 4) if len(which) else None
