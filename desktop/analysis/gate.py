"""The check before a model runs: which view a picture shows, and who may judge it."""

from __future__ import annotations

from desktop.clinical.ages import check_age
from desktop.errors import RefusedError
from desktop.findings.result import ViewFinding
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.models import Bundle, Models

VIEW_NAMES = {
    View.DXA_SPINE: "spine DXA",
    View.LUMBAR_LATERAL: "lateral lumbar X-ray",
    View.CHEST_FRONTAL: "frontal chest X-ray",
}


def gate(
    radiograph: Radiograph, models: Models, view: View | None, patient: Patient
) -> tuple[ViewFinding, tuple[Bundle, ...]]:
    """Return the view and the models that judge it; RefusedError where none does, or for a child.

    view: confirmed by the user; None takes what the file's tags say.
    """
    check_age(patient.age_years)
    known = view or radiograph.stated_view
    if known is None:
        raise RefusedError("The file does not say which view it shows: confirm the view to have it judged.")
    bundles = tuple(bundle for bundle in models.by_family.values() if known in bundle.manifest.accepts)
    if not bundles:
        raise RefusedError(_nobody_judges(known, models))
    return ViewFinding(known, 1.0), bundles


def judged_views(models: Models) -> tuple[View, ...]:
    """Return the views that the loaded models judge."""
    accepted = {view for bundle in models.by_family.values() for view in bundle.manifest.accepts}
    return tuple(view for view in VIEW_NAMES if view in accepted)


def _nobody_judges(view: View, models: Models) -> str:
    judged = ", ".join(VIEW_NAMES[each] for each in judged_views(models))
    if not judged:
        return "No model is loaded, so no picture can be judged: reinstall Trabecula."
    if view is View.OTHER:
        return f"This is a view that no model judges: open one of {judged}."
    return f"No model for the view {VIEW_NAMES[view]} is installed: open one of {judged}."
