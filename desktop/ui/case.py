"""What one window shows: a picture, what is known of its patient, and what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtGui import QImage

from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.patient_match import mismatches
from desktop.findings.result import Finding, ScreeningResult
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Radiograph, View


@dataclass(frozen=True, eq=False)
class Case:
    """The picture on screen.

    radiograph: None where a kept study's file is no longer there; the thumbnail of `study` stands in.
    patient: as in the form, at first the picture's own. view: confirmed by the user or seen by the gate.
    study: None until the result was saved. asks_view: the user wants to name the view anew. looked_at: the
    gate is looking which view it is.
    image: the radiograph as its file asks to be shown.
    """

    radiograph: Radiograph | None
    patient: Patient
    view: View | None = None
    result: ScreeningResult | None = None
    study: Study | None = None
    asks_view: bool = False
    looked_at: bool = False
    image: QImage | None = None

    @classmethod
    def of_study(cls, study: Study, radiograph: Radiograph | None, image: QImage | None = None) -> Case:
        """Return the case of a kept study."""
        view = study.result.view.name if study.result.view else None
        return cls(radiograph, study.patient, view, study.result, study, image=image)

    def saved_as(self, study: Study) -> Case:
        """Return the same case with what the store keeps of it."""
        return replace(self, patient=study.patient, result=study.result, study=study)

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
    def mark(self) -> str | None:
        """The mark that must stand on whatever shows this case; only clinical evidence takes it away."""
        evidence = {finding.model.evidence for finding in self.result.findings} if self.result else set()
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
