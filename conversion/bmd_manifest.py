"""What the manifests of all BMD models state alike: what was measured and calibrated."""

from __future__ import annotations

import numpy as np

from conversion.calibrate import conformal, has_osteoporosis, logistic, probabilities, thresholds
from conversion.manifest_parts import of_judge
from conversion.measure import metrics, precision
from conversion.trained import Forms
from desktop.clinical.lumbar import GROUP
from desktop.models import manifest as parts

PLAUSIBLE_G_CM2 = (0.2, 2.5)


def stated(forms: Forms, version: str) -> dict[str, object]:
    """Return the manifest's fields that follow from the run, and from its forms' answers, by name."""
    run = forms.run
    osteoporosis = has_osteoporosis(run.truth("calibrate")[GROUP])
    curve = logistic(forms.int8_calibrate[GROUP], osteoporosis)
    low, high = PLAUSIBLE_G_CM2
    return {
        **of_judge(run, version),
        "outputs": {
            "bmd": parts.Output(unit="g/cm2", low=low, high=high),
            "evidence": parts.Output(unit="g/cm2"),
        },
        "sites": run.sites,
        "area_shares": run.area_shares,
        "thresholds": thresholds(probabilities(forms.int8_calibrate[GROUP], curve), osteoporosis),
        "probability": curve,
        "conformal": conformal(run.truth("calibrate"), forms.int8_calibrate),
        "precision": _precision(forms),
        "metrics": _metrics(forms),
    }


def _precision(forms: Forms) -> parts.Precision:
    rows = forms.run.rows("calibrate") + forms.run.rows("test")
    return precision(rows, np.concatenate([forms.int8_calibrate[GROUP], forms.int8_test[GROUP]]))


def _metrics(forms: Forms) -> dict[str, parts.Metrics]:
    true, framework = forms.run.truth("test")[GROUP], forms.framework_test[GROUP]
    return {
        "framework": metrics(true, framework),
        "float": metrics(true, forms.float_test[GROUP], framework),
        "int8": metrics(true, forms.int8_test[GROUP], framework),
    }
