"""The check before a model runs: which view a picture shows, bone bright or dark, and who may judge it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop.analysis.look import Look
from desktop.clinical.ages import check_age
from desktop.errors import RefusedError
from desktop.findings.result import ViewFinding
from desktop.imaging.polarity import turned
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.models import Bundle, Models
from desktop.models.manifest import JudgeManifest

VIEW_NAMES = {
    View.DXA_SPINE: "spine DXA",
    View.LUMBAR_LATERAL: "lateral lumbar X-ray",
    View.CHEST_FRONTAL: "frontal chest X-ray",
}
CONFIRM = "confirm the view (on the command line with --view)"
NEGATIVE = (
    "The picture looks like a negative, with bone dark, and was judged turned round: check its polarity."
)


@dataclass(frozen=True)
class Admitted:
    """A picture that may be judged, bone bright and with the gate's notices, and the models for it."""

    radiograph: Radiograph
    bundles: tuple[Bundle[JudgeManifest], ...]


def gate(
    radiograph: Radiograph, models: Models, look: Look | None, view: View | None, patient: Patient
) -> Admitted:
    """Return what may be judged by whom; RefusedError where no model may, or for a child.

    look: what the gate's model sees, None without it. view: confirmed by the user, else by the file's tags.
    """
    check_age(patient.age_years, radiograph.contested_ages_years)
    known = view or _named(look, models)
    if look is not None and look.contradicts(known):
        raise RefusedError(_contradiction(known, look.best, models))
    bundles = tuple(bundle for bundle in models.by_family.values() if known in bundle.manifest.accepts)
    if not bundles:
        raise RefusedError(_nobody_judges(known, models))
    return Admitted(_noted(radiograph, known, look), bundles)


def view_shown(look: Look | None, view: View | None) -> ViewFinding | None:
    """Return the view as stated, with the gate's confidence in it, else the view that the gate sees."""
    if look is None:
        return ViewFinding(view, 1.0) if view else None
    if view is None or look.contradicts(view):
        return look.best
    return ViewFinding(view, look.views.get(view, 0.0))


def judged_views(models: Models) -> tuple[View, ...]:
    """Return the views that the loaded models judge."""
    accepted = {view for bundle in models.by_family.values() for view in bundle.manifest.accepts}
    return tuple(view for view in VIEW_NAMES if view in accepted)


def _named(look: Look | None, models: Models) -> View:
    """Return the view that the gate names where nobody stated one."""
    if look is None:
        raise RefusedError(f"The file does not say which view it shows: {CONFIRM} to have it judged.")
    best = look.best
    if not look.names_it:
        raise RefusedError(
            f"It is not certain which view the picture shows, most likely {_article(best.name)}: "
            f"{CONFIRM} to have it judged."
        )
    if best.name is View.OTHER:
        raise RefusedError(f"The picture shows no view that is judged: open {_judged(models)}, or {CONFIRM}.")
    return best.name


def _noted(radiograph: Radiograph, view: View, look: Look | None) -> Radiograph:
    if look is None:
        return radiograph
    notices = radiograph.notices
    if look.doubts(view):
        notices += (
            f"The picture hardly looks like {_article(view)} "
            f"({look.views.get(view, 0.0):.0%}): check that it is one.",
        )
    if look.is_negative:
        return replace(turned(radiograph), notices=(*notices, NEGATIVE))
    return replace(radiograph, notices=notices)


def _contradiction(view: View, seen: ViewFinding, models: Models) -> str:
    said = f"It is said to be {_article(view)}" if view in VIEW_NAMES else "It is said to be another view"
    if seen.name in VIEW_NAMES:
        seen_as, first = f"looks like {_article(seen.name)}", ""
    else:
        seen_as, first = "does not look like one", "make sure that it is upright, "
    return (
        f"{said}, but {seen_as} ({seen.confidence:.0%}): {first}open {_judged(models)}, or change the view."
    )


def _nobody_judges(view: View, models: Models) -> str:
    if not judged_views(models):
        return "No model is loaded, so no picture can be judged: reinstall Trabecula."
    if view is View.OTHER:
        return f"This is a view that no model judges: open {_judged(models)}."
    return f"This is {_article(view)}, and no model for that view is installed: open {_judged(models)}."


def _article(view: View) -> str:
    return f"a {VIEW_NAMES[view]}" if view in VIEW_NAMES else "a view that no model judges"


def _judged(models: Models) -> str:
    named = [f"a {VIEW_NAMES[each]}" for each in judged_views(models)]
    if not named:
        return "a picture that an installed model judges"
    *others, last = named
    return f"{', '.join(others)} or {last}" if others else last
