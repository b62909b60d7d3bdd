"""A tiny lateral lumbar run to its bundle: two graphs, the gate, classes, what the desktop says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from conversion import lumbar as conversion
from conversion import lumbar_forms
from conversion.__main__ import main as convert
from conversion.errors import ConversionError
from conversion.lumbar import ConvertedLumbar
from conversion.lumbar_forms import Answered, crop
from conversion.lumbar_run import LumbarRun, read_lumbar_run
from conversion.seen import each_seen
from desktop.analysis import analyse
from desktop.clinical.lumbar_lateral import CORNERS
from desktop.findings import Status
from desktop.findings.result import CLASSES
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.models import LumbarBundle, Models, load_bundles
from desktop.models.lumbar_bundle import in_pixels
from desktop.models.manifest import Logistic
from tests.desktop.made_up_lumbar import spine_shares
from tests.spine_figures import SIDE, write_data
from training.data.manifest import DataError
from training.lumbar_xray import crop_data
from training.lumbar_xray.__main__ import main as train

pytestmark = pytest.mark.training
SPLITS = ["train"] * 24 + ["tune"] * 8 + ["calibrate"] * 40 + ["test"] * 16


@pytest.fixture(scope="session")
def spine_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spines")
    write_data(folder, SPLITS)
    return folder


@pytest.fixture(scope="session")
def spine_run(spine_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three classes; so short a training does not yet know what is whole: all is."""
    runs = tmp_path_factory.mktemp("spine_runs")
    real = crop_data.placed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            crop_data,
            "placed",
            lambda *given: replace(found := real(*given), shown=np.ones_like(found.shown)),
        )
        words = ["--data", str(spine_data), "--preset", "smoke", "--out", str(runs), "--classes", "3"]
        assert train(words) == 0
    return runs / "classes_3" / "vgg16"


@pytest.fixture(scope="session")
def made(
    spine_run: Path, key: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ConvertedLumbar]:
    """A bundle and its forms; a network that has hardly learned may lose more than one that ships."""
    folder = tmp_path_factory.mktemp("spine_models") / "lumbar_xray"
    convert_lumbar, kept = conversion.convert_lumbar, []

    def keeping(run: LumbarRun) -> ConvertedLumbar:
        kept.append(convert_lumbar(run))
        return kept[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lumbar_forms, "IN_REGION", [])
        patch.setattr(conversion, "AUC_DROP_LIMIT", 0.5)
        patch.setattr(conversion, "CORNER_LIMIT_MM", 10.0)
        patch.setattr(conversion, "convert_lumbar", keeping)
        assert convert([str(spine_run), "--out", str(folder), "--key", str(key)]) == 0
    return folder, kept[0]


@pytest.fixture
def converted(made: tuple[Path, ConvertedLumbar]) -> ConvertedLumbar:
    return made[1]


@pytest.fixture
def loaded(made: tuple[Path, ConvertedLumbar], key: Path) -> LumbarBundle:
    models = load_bundles(made[0].parent, [key.with_suffix(".pub")], threads=1)
    assert not models.problems
    assert not models.notices
    bundle = models.by_family["lumbar_xray"]
    assert isinstance(bundle, LumbarBundle)
    return bundle


def test_the_manifest_says_what_was_measured(loaded: LumbarBundle) -> None:
    manifest = loaded.manifest
    assert manifest.accepts == (View.LUMBAR_LATERAL,)
    assert set(manifest.metrics) == set(manifest.landmark_metrics) == {"framework", "float", "int8"}
    assert manifest.metrics["float"].mean_change < 1e-4
    assert manifest.metrics["int8"].pictures == 16
    assert manifest.landmark_metrics["float"].mean_change_mm < 0.01
    assert manifest.landmark_metrics["framework"].mean_change_mm is None
    assert manifest.thresholds.pictures == 40
    assert manifest.conformal.pictures == dict(zip(CLASSES, (10, 10, 20), strict=True))
    assert manifest.training.pictures == 24
    assert len(manifest.golden) == 4
    assert manifest.evidence == "phantom"


def test_float_onnx_is_the_network(converted: ConvertedLumbar) -> None:
    run, framework, floating = converted.run, converted.forms["framework"], converted.forms["float"]
    for picture in each_seen(run.rows("test")[:6], run.folder, run.square_px):
        placed, told = framework.corners(picture.square), floating.corners(picture.square)
        np.testing.assert_allclose(told.shares, placed.shares, atol=1e-5)
        assert told.contradiction == pytest.approx(placed.contradiction, abs=1e-5)
        l1_l3 = crop(picture, placed.shares, run.crop_px)
        np.testing.assert_allclose(floating.logits(l1_l3), framework.logits(l1_l3), rtol=1e-4, atol=1e-4)


def test_what_was_measured_is_what_the_desktop_says(loaded: LumbarBundle, converted: ConvertedLumbar) -> None:
    measured = converted.all_test["int8"]
    for k, row in enumerate(converted.run.rows("test")[:6]):
        radiograph = read_radiograph(converted.run.folder / row.file)
        shares = loaded.placed(radiograph).shares
        assert np.array_equal(shares, measured.corners[k])
        answer = loaded.run(loaded.crop(radiograph, in_pixels(shares, radiograph)))
        np.testing.assert_allclose(answer["logits"], measured.logits[k], atol=1e-6)
        np.testing.assert_allclose(loaded.manifest.compared(answer), converted.test("int8")[k], atol=1e-6)


def test_evidence_adds_up_to_what_the_logit_lies_off_the_average(
    loaded: LumbarBundle, converted: ConvertedLumbar
) -> None:
    run = converted.run
    answers = []
    for picture in each_seen(run.rows("test"), run.folder, run.square_px):
        l1_l3 = crop(picture, np.array(list(spine_shares().values())), run.crop_px)
        answers.append(loaded.run(l1_l3[np.newaxis]))
    against = np.array([each["logits"] @ (-0.5, -0.5, 1.0) for each in answers])
    parts = np.array([each["evidence"].sum() for each in answers])
    assert np.ptp(against) > 1e-4
    np.testing.assert_allclose(against - against[0], parts - parts[0], atol=1e-4)


def test_probabilities_are_calibrated_on_average(converted: ConvertedLumbar) -> None:
    told, classes = converted.calibrate, converted.classes("calibrate")
    assert told.sum(axis=1) == pytest.approx(1.0)
    shares = np.bincount(classes, minlength=3) / len(classes)
    assert told.mean(axis=0) == pytest.approx(shares, abs=0.02)


def test_a_spine_is_screened_by_its_bundle(loaded: LumbarBundle, spine_data: Path) -> None:
    radiograph = read_radiograph(spine_data / "80.png")
    moved = {name: (SIDE * x, SIDE * y) for name, (x, y) in spine_shares().items()}
    result = analyse(
        radiograph, Models({"lumbar_xray": loaded}), view=View.LUMBAR_LATERAL, moved_landmarks=moved
    )
    assert result.status is Status.SCREENED, result.reason
    (finding,) = result.findings
    assert set(finding.class_probabilities) == set(CLASSES)
    assert finding.moved_by_hand == CORNERS


def test_the_report_lies_beside_the_run(made: tuple[Path, ConvertedLumbar], spine_run: Path) -> None:
    del made
    page = (spine_run / "conversion.md").read_text()
    assert "Reliability" in page
    assert "| t_at_or_below_minus_2_5 |" in page
    assert (spine_run / "reliability.png").is_file()


def forms(off: float = 0.0, moved_mm: float = 0.0) -> SimpleNamespace:
    """Three forms of a network whose int8 is off by turns, and moves corners."""
    true = np.arange(100) >= 50
    odds = np.linspace(-2.0, 2.0, 100) + np.tile([1.0, -1.0], 50) * 0.05
    points = np.full((100, 39, 2), 0.5)

    def said(noise: float, aside: float) -> Answered:
        value = odds + noise * np.tile([1.0, 1.0, -1.0, -1.0], 25)
        logits = np.stack([np.zeros(100), np.zeros(100), value], axis=1)
        return Answered(points + (aside, 0.0), logits, np.ones(100, bool), np.zeros(100), [(100, 100)] * 100)

    run = SimpleNamespace(truth=lambda part: np.where(true, 2, 0))
    answers = {"framework": said(0, 0), "float": said(0, 0), "int8": said(off, moved_mm / 400)}
    row = SimpleNamespace(points={}, pixel_spacing_mm=4.0)
    run.rows = lambda part: [row] * 100
    converted = ConvertedLumbar(run, dict.fromkeys(answers), {})
    identity = Logistic(intercept=0.0, slope=1.0)
    vars(converted).update(all_test=answers, curves=(identity, identity))
    return converted


def test_another_folders_test_part_is_judged_beside(spine_run: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    write_data(more, ["train"] * len(SPLITS) + ["test"] * 3)
    run = read_lumbar_run(spine_run, more_test=more)
    assert len(run.rows("test")) == len(run.truth("test")) == SPLITS.count("test") + 3
    assert len(run.rows("train")) == SPLITS.count("train")
    read = [seen.grey for seen in each_seen(run.rows("test")[-3:], run.folder, run.square_px)]
    drawn = [read_radiograph(more / f"{len(SPLITS) + k}.png").pixels for k in range(3)]
    assert [grey.shape for grey in read] == [picture.shape for picture in drawn]


def test_people_whom_the_run_learned_from_are_not_judged_beside(spine_run: Path, tmp_path: Path) -> None:
    write_data(tmp_path, ["test"] * 3)
    with pytest.raises(DataError, match="one split"):
        read_lumbar_run(spine_run, more_test=tmp_path)


def test_the_gate_refuses_a_lost_auc_and_moved_corners() -> None:
    conversion.check_forms(forms(off=0.01, moved_mm=0.45))
    with pytest.raises(ConversionError, match="int8 loses 0.0[0-9]+ of the AUC"):
        conversion.check_forms(forms(off=0.5))
    with pytest.raises(ConversionError, match="int8 moves corners by 0.60 mm"):
        conversion.check_forms(forms(moved_mm=0.6))


def test_what_cannot_be_converted_is_a_sentence(spine_run: Path, spine_data: Path, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="holds no finished classifier"):
        read_lumbar_run(spine_run.parents[1])
    with pytest.raises(ConversionError, match="does not hold the data"):
        read_lumbar_run(spine_run, tmp_path)
    stated = msgspec.json.decode((spine_run / "config.json").read_bytes())
    stated["told"]["settings"]["classes"] = 2
    (tmp_path / "config.json").write_bytes(msgspec.json.encode(stated))
    (tmp_path / "metrics.json").write_text("{}")
    with pytest.raises(ConversionError, match="tells two classes"):
        read_lumbar_run(tmp_path, spine_data)
