"""Made-up pictures, results and services, and a window on them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.clinical.chest import REGIONS, regions_of
from desktop.clinical.reference import default_table, load_tables
from desktop.errors import ReadError, StorageError
from desktop.findings.result import (
    CutOffRates,
    Finding,
    Interval,
    ModelIdentity,
    Outcome,
    Point,
    ScreeningResult,
    Seconds,
    Status,
    ViewFinding,
)
from desktop.findings.scores import score
from desktop.findings.study import Study, StudyRow
from desktop.imaging.radiograph import Patient, Radiograph, Sex, View
from desktop.pages.reading import own_copy, read_pages
from desktop.paths import assets_dir
from desktop.settings import Settings
from desktop.ui.main_window import MainWindow
from desktop.ui.services import Services
from desktop.ui.tasks import Lanes
from desktop.ui.theme import Theme

NONE: Mapping[str, Point] = {}
ANNA = Patient(
    name="TEST^ANNA",
    identifier="PH-0001",
    birth_date="1953-05-02",
    sex=Sex.FEMALE,
    age_years=71,
    weight_kg=61.5,
    height_cm=160.0,
)


def made_radiograph(
    path: Path, view: View | None = View.DXA_SPINE, patient: Patient = ANNA, colour: bool = False
) -> Radiograph:
    """Return a grey ramp with four bright blocks, 300 rows of 200 columns."""
    pixels = np.tile(np.linspace(30, 90, 200, dtype=np.float32), (300, 1))
    for block in range(4):
        pixels[40 + 55 * block : 85 + 55 * block, 70:130] = 150 + 20 * block
    stored = np.repeat(pixels.astype(np.uint8)[..., None], 3, axis=2) if colour else None
    if stored is not None:
        stored[38:258, 68] = (255, 255, 0)
    return Radiograph(
        path, pixels, 255.0, colour=stored, patient=patient, study_date="2024-11-20", stated_view=view
    )


def made_result(
    radiograph: Radiograph, view: View | None, patient: Patient, l1_l4_g_cm2: float = 0.755
) -> ScreeningResult:
    """Return a finding of a phantom-trained model for this BMD."""
    middle = {"L1": -0.07, "L2": -0.01, "L3": 0.02, "L4": 0.05, "L1-L4": 0.0}
    bmd = {
        site: Interval(l1_l4_g_cm2 + off, l1_l4_g_cm2 + off - 0.09, l1_l4_g_cm2 + off + 0.09)
        for site, off in middle.items()
    }
    scores = score(bmd, patient, default_table())
    outcome = Outcome.FLAGGED if l1_l4_g_cm2 < 0.8 else Outcome.UNCERTAIN
    finding = Finding(
        model=ModelIdentity("dxa_bmd", "1.0.0", "phantom", "ab12cd34" * 8, "Trabecula release 0.1"),
        outcome=outcome if l1_l4_g_cm2 < 0.95 else Outcome.NOT_FLAGGED,
        osteoporosis_probability=0.81,
        cut_off_rates=CutOffRates(0.44, 0.03, 0.08, 1199),
        bmd_g_cm2=bmd,
        t_score=scores.t_score,
        z_score=scores.z_score,
        score_kind=scores.kind,
        reference_table=default_table().name,
        vertebrae_used=("L1", "L2", "L3", "L4"),
        not_measured=scores.not_measured,
        warnings=("L1-L4 is weighted by mean vertebral areas.", *scores.warnings, *radiograph.notices),
    )
    shown = ViewFinding(view or View.DXA_SPINE, 1.0)
    return ScreeningResult(
        str(radiograph.path), Status.SCREENED, None, shown, (finding,), Seconds(0.03, 0.09)
    )


CHEST_LANDMARKS: Mapping[str, Point] = {
    "cervical_spine": (100.0, 60.0),
    "t12": (100.0, 240.0),
    **{
        f"{side}_clavicle_{part}": (100.0 + sign * out, y)
        for side, sign in (("right", -1), ("left", 1))
        for part, out, y in (("medial", 12, 80.0), ("middle", 40, 72.0), ("lateral", 68, 66.0))
    },
    **{
        f"{side}_rib_{number}": (100.0 + sign * (50 + 5 * number), 70.0 + 34 * number)
        for side, sign in (("right", -1), ("left", 1))
        for number in (1, 2, 3, 4)
    },
}


def made_chest_result(
    radiograph: Radiograph, view: View | None, patient: Patient, moved: Mapping[str, Point]
) -> ScreeningResult:
    """Return a finding with landmarks, regions and evidence; BMD falls with how far landmarks were moved."""
    result = made_result(radiograph, view, patient, 0.755 - 0.001 * len(moved))
    landmarks = {**CHEST_LANDMARKS, **moved}
    shares = dict(zip(REGIONS, (0.08, 0.07, 0.05, 0.1, 0.1, 0.25, 0.35), strict=True))
    ramp = tuple(tuple((row + column) / 6 for column in range(4)) for row in range(4))
    finding = replace(
        result.findings[0],
        landmarks=landmarks,
        regions=regions_of(landmarks),
        evidence_shares=shares,
        evidence_maps=dict.fromkeys(REGIONS, ramp),
        moved_by_hand=tuple(moved),
    )
    return replace(result, view=ViewFinding(View.CHEST_FRONTAL, 1.0), findings=(finding,))


def png(radiograph: Radiograph) -> bytes:
    """Return a radiograph's pixels as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(radiograph.pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass
class Desk:
    """A store in memory and services on it; tests change `analyse`, `view`, `seen` and `full`."""

    view: View | None = View.DXA_SPINE
    seen: View | None = None
    patient: Patient = ANNA
    colour: bool = False
    full: bool = False
    problems: Sequence[str] = ()
    l1_l4_g_cm2: float = 0.755
    kept: dict[int, Study] = field(default_factory=dict)
    analysed: list[tuple[View | None, Patient]] = field(default_factory=list)
    moved: list[Mapping[str, Point]] = field(default_factory=list)
    analyse: Callable[[Radiograph, View | None, Patient], ScreeningResult] | None = None
    shows_chest: bool = False

    def services(self) -> Services:
        """Return the services of this desk."""
        return Services(
            read=self.read,
            prepare=lambda: self.problems,
            seen=lambda radiograph: self.seen,
            analyse=self.judge,
            add=self.add,
            update=self.update,
            ids=lambda words: [study.id for study in reversed(self.kept.values()) if _holds(study, words)],
            rows=lambda ids: [row_of(self.kept[study_id]) for study_id in ids if study_id in self.kept],
            study=lambda study_id: self.kept[study_id],
            delete=lambda study_id: self.kept.pop(study_id, None) and None,
            close=lambda: None,
            table=default_table,
            tables=load_tables,
            pages=read_pages,
            own_page=own_copy,
        )

    def read(self, path: Path) -> Radiograph:
        if not path.is_file() or not path.read_bytes():
            raise ReadError("The file is empty or gone: choose another one.")
        radiograph = made_radiograph(path, self.view, self.patient, self.colour)
        return replace(radiograph, file_sha256=sha256(path.read_bytes()).hexdigest())

    def judge(
        self, radiograph: Radiograph, view: View | None, patient: Patient, moved: Mapping[str, Point] = NONE
    ) -> ScreeningResult:
        self.analysed.append((view, patient))
        self.moved.append(moved)
        if self.analyse is not None:
            return self.analyse(radiograph, view, patient)
        if self.shows_chest:
            return made_chest_result(radiograph, view, patient, moved)
        return made_result(radiograph, view, patient, self.l1_l4_g_cm2)

    def add(self, radiograph: Radiograph, result: ScreeningResult, patient: Patient) -> Study:
        if self.full:
            raise StorageError("The disk is full: free space and keep the study again.")
        picture = png(radiograph)
        now = datetime(2024, 11, 21, 9, 30, tzinfo=UTC)
        study_id = len(self.kept) + 1
        study = Study(
            study_id, now, patient, radiograph.study_date, radiograph.path, result, picture, picture, "0.1.0"
        )
        self.kept[study_id] = study
        return study

    def update(self, study_id: int, revision: int, patient: Patient, result: ScreeningResult) -> Study:
        assert revision == self.kept[study_id].revision
        changed = replace(self.kept[study_id], patient=patient, result=result, revision=revision + 1)
        self.kept[study_id] = changed
        return changed


def _holds(study: Study, words: Sequence[str]) -> bool:
    return all(word.casefold() in (study.patient.name or "").casefold() for word in words)


def row_of(study: Study) -> StudyRow:
    """Return what the list shows of a study."""
    return StudyRow(
        study.id,
        study.created_at,
        study.patient,
        study.study_date,
        study.file,
        study.result.status,
        study.result.outcome,
        study.thumbnail_png,
    )


def refused(radiograph: Radiograph, view: View | None, patient: Patient) -> ScreeningResult:
    """Return a refusal."""
    reason = "This is a view that no model judges: open one of spine DXA."
    return ScreeningResult(str(radiograph.path), Status.REFUSED, reason, None, (), Seconds(0.02, 0.0))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    lanes = Lanes()
    yield lanes
    lanes.close()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp, "light", assets_dir() / "fonts")
    yield theme
    theme.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, desk: Desk, lanes: Lanes, theme: Theme) -> MainWindow:
    window = MainWindow(Settings(), theme)
    qtbot.addWidget(window)
    window.studies.show()  # the offscreen screen is too narrow to start with it
    window.show()
    window.start(desk.services(), lanes)
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    return window


@pytest.fixture
def chest(window: MainWindow, desk: Desk, picture_file: Path, qtbot: QtBot) -> MainWindow:
    """A window on a judged chest."""
    desk.view, desk.shows_chest = View.CHEST_FRONTAL, True
    window.resize(1280, 900)
    window.screening.open([picture_file])
    qtbot.waitUntil(lambda: window.runner.idle, timeout=30_000)
    return window


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    path = tmp_path / "spine.png"
    path.write_bytes(b"picture")
    return path
