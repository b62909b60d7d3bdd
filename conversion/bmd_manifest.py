"""What the manifests of all BMD models state alike: what was learned, measured and calibrated."""

from __future__ import annotations

import numpy as np

from conversion.calibrate import conformal, has_osteoporosis, logistic, probabilities, thresholds
from conversion.measure import metrics, precision
from conversion.trained import Forms, Pictures
from desktop import __version__
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import DEFAULT_TABLE
from desktop.models import manifest as parts

PLAUSIBLE_G_CM2 = (0.2, 2.5)


def stated(forms: Forms, version: str) -> dict[str, object]:
    """Return the manifest's fields that follow from the run, and from its forms' answers, by name.

    `files` is empty and `key_id` none: writing the bundle fills them in.
    """
    run = forms.run
    osteoporosis = has_osteoporosis(run.truth("calibrate")[GROUP])
    curve = logistic(forms.int8_calibrate[GROUP], osteoporosis)
    low, high = PLAUSIBLE_G_CM2
    return {
        "schema": parts.SCHEMA,
        "family": run.configuration.family,
        "version": version,
        "program_at_least": __version__,
        "key_id": "0" * 16,
        "evidence": run.configuration.evidence,
        "files": {},
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
        "training": training_told(run),
        "metrics": _metrics(forms),
    }


def _precision(forms: Forms) -> parts.Precision:
    rows = forms.run.rows("calibrate") + forms.run.rows("test")
    return precision(rows, np.concatenate([forms.int8_calibrate[GROUP], forms.int8_test[GROUP]]))


def training_told(run: Pictures) -> parts.Training:
    """Return what a model learned from."""
    rows = run.rows("train")
    ages = [row.age_years for row in rows if row.age_years is not None] or [0]
    people = len({row.person for row in rows})
    kind = "phantoms of NHANES people" if run.configuration.evidence == "phantom" else "pictures of patients"
    return parts.Training(
        data=f"{len(rows)} {kind}, manifest {run.configuration.manifest_sha256[:16]}",
        pictures=len(rows),
        people=people,
        age_low_years=int(min(ages)),
        age_high_years=int(max(ages)),
        reference_table=rows[0].reference_table or DEFAULT_TABLE,
    )


def _metrics(forms: Forms) -> dict[str, parts.Metrics]:
    true, framework = forms.run.truth("test")[GROUP], forms.framework_test[GROUP]
    return {
        "framework": metrics(true, framework),
        "float": metrics(true, forms.float_test[GROUP], framework),
        "int8": metrics(true, forms.int8_test[GROUP], framework),
    }
