"""What one window shows: a picture, what is known of its patient, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from PySide6.QtGui import QImage

from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.patient_match import mismatches
from desktop.findings.result import Finding, Point, ScreeningResult
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Radiograph, View
from desktop.ui.markings import is_drawn, placed


@dataclass(frozen=True, eq=False)
class Case:
    """The picture on screen.

    radiograph: None where a kept study's file is no longer there; the thumbnail of `study` stands in.
    file_replaced: another file lies where the kept study's was.
    patient: as in the form, at first the picture's own. view: confirmed by the user or seen by the gate.
    study: None until the result was saved. asks_view: the user wants to name the view anew. looked_at: the
    gate is looking which view it is.
    image: the radiograph as its file asks to be shown.
    moved: landmarks as the user put them, by name, (x, y) in pixels of the file.
    before: what was said last, while the case is judged anew, or where it was then refused.
    """

    radiograph: Radiograph | None
    patient: Patient
    view: View | None = None
    result: ScreeningResult | None = None
    study: Study | None = None
    asks_view: bool = False
    looked_at: bool = False
    image: QImage | None = None
    moved: Mapping[str, Point] = field(default_factory=dict)
    before: ScreeningResult | None = None
    file_replaced: bool = False

    @classmethod
    def of_study(cls, study: Study, radiograph: Radiograph | None, image: QImage | None = None) -> Case:
        """Return the case of a kept study."""
        view = study.result.view.name if study.result.view else None
        moved = moved_landmarks(study.result)
        return cls(radiograph, study.patient, view, study.result, study, image=image, moved=moved)

    def being_judged(self) -> Case:
        """Return the case without a result, which is being found anew."""
        tells = self.result is not None and (self.result.findings or self.before is None)
        return replace(self, result=None, before=self.result if tells else self.before)

    def unjudged(self) -> Case:
        """Return the case as before anything was said of it, with its view still to be named."""
        return replace(self, result=None, before=None, moved={}, asks_view=True)

    def as_before(self) -> Case:
        """Return the case with what was said last."""
        assert self.before is not None
        return replace(self, result=self.before, moved=moved_landmarks(self.before))

    def to_keep(self, result: ScreeningResult) -> ScreeningResult:
        """Return what the study keeps: what was said before, where the same patient's move is refused."""
        moved_only = self.study is not None and self.study.patient == self.patient
        if self.moved and moved_only and not result.findings and self.before is not None:
            return self.before
        return result

    def saved_as(self, study: Study) -> Case:
        """Return the same case with what the store keeps of it."""
        return replace(self, patient=study.patient, result=study.result, study=study)

    @property
    def judged_anew(self) -> bool:
        """Whether the picture of a kept study is being judged again."""
        there = self.study is not None and self.radiograph is not None
        return there and self.result is None and not self.asks_view

    @property
    def pictured(self) -> object:
        """What the viewer shows of the case; another object means another picture."""
        return self.radiograph or self.study

    @property
    def known_view(self) -> View | None:
        """The view that the user confirmed or the gate saw, else the one that the file's tags state."""
        if self.asks_view:
            return None
        return self.view or (self.radiograph.stated_view if self.radiograph else None)

    @property
    def finding(self) -> Finding | None:
        """The first finding, None where nothing was judged."""
        return self.result.findings[0] if self.result and self.result.findings else None

    @property
    def drawn(self) -> tuple[Finding, ...]:
        """The findings that are drawn over the picture; of before, where landmarks were moved since."""
        results = [self.result] if self.result is not None and not self.moved else [self.result, self.before]
        found = (tuple(filter(is_drawn, result.findings)) for result in results if result is not None)
        return next(filter(None, found), ())

    @property
    def refused_landmarks(self) -> Mapping[str, Point]:
        """Where the landmarks are for which the picture was refused, before they were moved."""
        told = (result.refused_landmarks for result in (self.result, self.before) if result is not None)
        return next(filter(None, told), {})

    @property
    def mark(self) -> str | None:
        """The mark that must stand on whatever shows this case; only clinical evidence takes it away."""
        said = self.result or self.before
        evidence = {finding.model.evidence for finding in said.findings} if said else set()
        return None if evidence == {"clinical"} else PHANTOM_MARK

    @property
    def differing(self) -> tuple[str, ...]:
        """What the form and the picture state differently."""
        return mismatches(self.patient, self.radiograph.patient) if self.radiograph else ()

    @property
    def examined(self) -> date:
        """The day of the picture, today where it is not known."""
        stated = self.radiograph.study_date if self.radiograph else None
        try:
            return date.fromisoformat(stated) if stated else date.today()
        except ValueError:
            return date.today()


def moved_landmarks(result: ScreeningResult) -> Mapping[str, Point]:
    """Return the landmarks on which a result rests that the user moved, by name."""
    return {
        name: point
        for finding in result.findings
        for name, point in placed(finding).items()
        if name in finding.moved_by_hand
    }


@dataclass(frozen=True)
class Waiting:
    """What the form says of a picture that waits for its view, and the SHA-256 of the picture's file."""

    file_sha256: str | None
    patient: Patient

    def patient_of(self, radiograph: Radiograph) -> Patient:
        """Return what the form says, but of another picture in the file's place what that one states."""
        return self.patient if radiograph.file_sha256 == self.file_sha256 else radiograph.patient
