"""A tiny chest run to its bundle: two graphs, the gate on R and landmarks, and what the desktop then says."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import torch

from conversion import chest as conversion
from conversion import golden
from conversion.__main__ import main as convert
from conversion.chest import ConvertedChest
from conversion.chest_forms import Answered, regions
from conversion.chest_graphs import RegionGraph
from conversion.chest_run import ChestRun, read_chest_run
from conversion.errors import ConversionError
from conversion.golden import small_png
from conversion.seen import each_seen
from desktop.analysis import analyse, chest
from desktop.clinical.chest import LANDMARKS, REGIONS, regions_of
from desktop.clinical.chest_anatomy import contradiction
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.findings import Status
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.models import ChestBundle, Models, load_bundles
from desktop.models.chest_bundle import in_pixels
from desktop.models.manifest import Output
from desktop.paths import assets_dir
from tests.chest_figures import SIDE
from tests.desktop.made_up_graphs import chest_shares
from training.chest_multi_roi.landmark_network import build
from training.chest_multi_roi.settings import LandmarkSettings

pytestmark = pytest.mark.training


@pytest.fixture(scope="session")
def made(chest_run: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ConvertedChest]:
    """A bundle and its forms; a network that has hardly learned may lose more R than one that ships."""
    folder = tmp_path_factory.mktemp("chest_models") / "chest_multi_roi"
    convert_chest, kept = conversion.convert_chest, []

    def keeping(run: ChestRun) -> ConvertedChest:
        kept.append(convert_chest(run))
        return kept[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversion, "R_DROP_LIMIT", 0.5)
        patch.setattr(conversion, "LANDMARK_LIMIT_MM", 10.0)
        patch.setattr(conversion, "convert_chest", keeping)
        assert convert([str(chest_run), "--out", str(folder), "--key", str(key)]) == 0
    return folder, kept[0]


@pytest.fixture
def chest_bundle(made: tuple[Path, ConvertedChest]) -> Path:
    return made[0]


@pytest.fixture
def converted(made: tuple[Path, ConvertedChest]) -> ConvertedChest:
    return made[1]


@pytest.fixture
def loaded(chest_bundle: Path, key: Path) -> ChestBundle:
    models = load_bundles(chest_bundle.parent, [key.with_suffix(".pub")], threads=1)
    assert not models.problems
    assert not models.notices
    bundle = models.by_family["chest_multi_roi"]
    assert isinstance(bundle, ChestBundle)
    return bundle


@pytest.fixture
def run(converted: ConvertedChest) -> ChestRun:
    return converted.run


def test_the_manifest_says_what_was_measured(loaded: ChestBundle) -> None:
    manifest = loaded.manifest
    assert manifest.accepts == (View.CHEST_FRONTAL,)
    assert set(manifest.metrics) == set(manifest.landmark_metrics) == {"framework", "float", "int8"}
    assert manifest.metrics["float"].mean_change_g_cm2 < 1e-4
    assert manifest.landmark_metrics["float"].mean_change_mm < 0.001
    assert manifest.landmark_metrics["framework"].mean_change_mm is None
    assert 0 < manifest.landmark_metrics["int8"].mean_mm < 100
    assert 0 < manifest.most_contradiction < 1
    assert manifest.conformal.pictures == 16
    assert set(manifest.conformal.half_width_g_cm2) == {*VERTEBRAE, GROUP}
    assert manifest.training.pictures == 16
    assert len(manifest.golden) == 4
    assert manifest.evidence == "phantom"


def test_the_framework_says_what_training_wrote_down(converted: ConvertedChest, chest_run: Path) -> None:
    with (chest_run / "bmd" / "predictions_test.csv").open(newline="") as stream:
        written = list(csv.DictReader(stream))
    for site in VERTEBRAE:
        predicted = [float(row[f"predicted_{site.lower()}_g_cm2"]) for row in written]
        np.testing.assert_allclose(converted.framework_test[site], predicted, atol=2e-3)


def test_float_onnx_is_the_network(converted: ConvertedChest) -> None:
    run, framework, floating = converted.run, converted.forms["framework"], converted.forms["float"]
    for picture in each_seen(run.rows("test"), run.folder, run.square_px):
        placed = framework.landmarks(picture.square)
        np.testing.assert_allclose(floating.landmarks(picture.square), placed, atol=1e-5)
        crops = regions(picture, placed[0], run.region_px)
        np.testing.assert_allclose(floating.bmd(crops), framework.bmd(crops), atol=1e-5)


def test_what_was_measured_is_what_the_desktop_says(loaded: ChestBundle, converted: ConvertedChest) -> None:
    rows, measured = converted.run.rows("test"), converted.test["int8"]
    for k, row in enumerate(rows):
        radiograph = read_radiograph(converted.run.folder / row.file)
        shares, spots = loaded.landmarks_and_spots(loaded.square(radiograph))
        assert np.array_equal(shares, measured.landmarks[k])
        assert contradiction(shares, spots) == measured.contradiction[k]
        answer = loaded.run(loaded.crops(shown_grey(radiograph), regions_of(in_pixels(shares, radiograph))))
        assert np.array_equal(answer["bmd"], measured.bmd_g_cm2[k])


def test_evidence_adds_up_to_what_l1_to_l4_lies_off_the_average(loaded: ChestBundle, run: ChestRun) -> None:
    rows = run.rows("test")
    answers = []
    for picture in each_seen(rows, run.folder, run.square_px):
        crops = regions(picture, np.array(list(chest_shares().values())), run.region_px)
        answers.append(loaded.run(crops))
    groups = np.array([each["bmd"] @ run.shares for each in answers])
    parts = np.array([each["evidence"].sum() for each in answers])
    assert np.ptp(groups) > 1e-3
    np.testing.assert_allclose(groups - groups[0], parts - parts[0], atol=1e-5)


def test_evidence_of_the_pictures_that_set_its_zero_is_zero_on_average(run: ChestRun) -> None:
    import torch

    graph = RegionGraph(run.bmd_network, torch.tensor(run.shares))
    shape = (5, len(REGIONS), run.region_px, run.region_px)
    regions = torch.from_numpy(np.random.default_rng(1).integers(0, 256, shape).astype(np.float32))
    graph.set_average(regions)
    with torch.no_grad():
        evidence = torch.cat([graph(each[None])[1] for each in regions])
    assert float(evidence.mean(dim=0).abs().max()) < 1e-6
    assert float(evidence.abs().max()) > 1e-5


def test_all_convolutions_but_the_first_are_int8_and_heads_are_float(chest_bundle: Path) -> None:
    import onnx

    for name in ("landmarks.onnx", "regions.onnx"):
        graph = onnx.load(chest_bundle / name).graph
        makers = {output: node for node in graph.node for output in node.output}
        reads = [makers[node.input[0]].op_type for node in graph.node if node.op_type == "Conv"]
        assert reads[0] != "DequantizeLinear"
        assert set(reads[1:]) == {"DequantizeLinear"}
        heads = [node for node in graph.node if node.op_type in {"MatMul", "Gemm", "ReduceSum"}]
        assert heads
        made = {makers[each].op_type for node in heads for each in node.input if each in makers}
        assert "DequantizeLinear" not in made


def test_a_chest_is_screened_with_the_regions_around_its_landmarks(
    loaded: ChestBundle, chest_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chest, "SPINE_PX_AT_LEAST", 20)
    anything = {"bmd": Output(unit="g/cm2", low=-10, high=10), "evidence": Output(unit="g/cm2")}
    manifest = msgspec.structs.replace(loaded.manifest, outputs=anything, most_contradiction=1.0)
    models = Models({"chest_multi_roi": replace(loaded, manifest=manifest)})
    radiograph = read_radiograph(chest_data / "40.png")
    moved = {name: (SIDE * x, SIDE * y) for name, (x, y) in chest_shares().items()}
    result = analyse(radiograph, models, view=View.CHEST_FRONTAL, moved_landmarks=moved)
    assert result.status is Status.SCREENED, result.reason
    (finding,) = result.findings
    assert set(finding.bmd_g_cm2) == {*VERTEBRAE, GROUP}
    assert finding.landmarks == moved
    assert finding.moved_by_hand == LANDMARKS
    assert sum(finding.evidence_shares.values()) == pytest.approx(1.0)


def test_the_report_lies_beside_the_run(chest_bundle: Path, chest_run: Path) -> None:
    del chest_bundle
    page = (chest_run / "conversion.md").read_text()
    assert "chest_multi_roi" in page
    assert "Coverage" in page


def forms(r_change: float = 0.0, moved_mm: float = 0.0) -> SimpleNamespace:
    """Three forms of a network whose int8 predicts with another slope from picture to picture."""
    true = np.linspace(0.6, 1.2, 50)
    noise = np.tile([1.0, -1.0], 25) * r_change
    truth = {site: true for site in (*VERTEBRAE, GROUP)}
    points = np.full((50, 16, 2), 0.5)

    def said(off: np.ndarray, aside: float) -> Answered:
        bmd = np.repeat((true + off)[:, None], 4, axis=1)
        return Answered(points + np.array([aside, 0.0]), np.zeros(50), bmd, [(100, 100)] * 50)

    run = SimpleNamespace(
        truth=lambda part: truth,
        sites=VERTEBRAE,
        by_site=lambda bmd: {site: bmd[:, k] for k, site in enumerate(VERTEBRAE)},
    )
    test = {"framework": said(0 * noise, 0.0), "float": said(0 * noise, 0.0)}
    test["int8"] = said(noise, moved_mm / 400)
    return SimpleNamespace(run=run, test=test, side_mm=np.full(50, 400.0), true_landmarks=points)


def test_the_gate_refuses_lost_r_and_moved_landmarks() -> None:
    conversion.check_forms(forms(r_change=0.01, moved_mm=0.45))
    with pytest.raises(ConversionError, match="int8 loses 0.0[0-9]+ of the mean R"):
        conversion.check_forms(forms(r_change=0.03))
    with pytest.raises(ConversionError, match="int8 moves landmarks by 0.60 mm"):
        conversion.check_forms(forms(moved_mm=0.6))
    with pytest.raises(ConversionError, match="of the mean R"):
        conversion.check_forms(forms(r_change=float("nan")))


def test_what_cannot_be_converted_is_a_sentence(
    chest_run: Path, chest_data: Path, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "chest_multi_roi"), "--key", str(key)]
    assert convert([str(chest_run), "--data", str(tmp_path), *out]) == 2
    assert "does not hold the data" in capsys.readouterr().err
    (tmp_path / "run" / "bmd").mkdir(parents=True)
    (tmp_path / "run" / "bmd" / "config.json").write_bytes((chest_run / "bmd" / "config.json").read_bytes())
    assert convert([str(tmp_path / "run"), *out]) == 2
    assert "has no finished landmarks" in capsys.readouterr().err
    assert convert([str(chest_run), "--release", "--trusted", str(tmp_path), *out[:2]]) == 2
    assert "A release needs 200 test pictures" in capsys.readouterr().err


def test_a_single_region_is_no_bundle(chest_run: Path, tmp_path: Path) -> None:
    for stage in ("landmarks", "bmd"):
        (tmp_path / stage).mkdir()
        (tmp_path / stage / "metrics.json").write_text("{}")
    stated = msgspec.json.decode((chest_run / "bmd" / "config.json").read_bytes())
    stated["settings"]["regions"] = "chest"
    (tmp_path / "bmd" / "config.json").write_bytes(msgspec.json.encode(stated))
    with pytest.raises(ConversionError, match="looks at some regions only"):
        read_chest_run(tmp_path)


def test_landmarks_without_a_second_look_are_no_bundle(chest_run: Path, tmp_path: Path) -> None:
    shutil.copytree(chest_run, tmp_path / "run")
    place = tmp_path / "run" / "landmarks"
    stated = msgspec.json.decode((place / "config.json").read_bytes())
    stated["settings"]["method"] = "heatmap"
    (place / "config.json").write_bytes(msgspec.json.encode(stated))
    settings = msgspec.convert(stated["settings"], LandmarkSettings)
    torch.save(build(settings, torch.zeros(len(LANDMARKS), 2)).state_dict(), place / "network.pt")
    with pytest.raises(ConversionError, match="--method graph"):
        read_chest_run(tmp_path / "run")


def test_a_hospitals_pictures_never_ship(
    run: ChestRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = msgspec.structs.replace(run.configuration, evidence="clinical")
    hospitals, rows = replace(run, configuration=configuration), run.rows("test")
    score = np.arange(len(rows), dtype=float)
    for view in (View.CHEST_FRONTAL, View.DXA_SPINE, View.LUMBAR_LATERAL):
        samples = [small_png(each) for each in (assets_dir() / "samples").glob(f"{view}*.dcm")]
        assert set(golden.golden_pictures(hospitals, view, rows, score).values()) <= set(samples)
    monkeypatch.setattr(golden, "assets_dir", lambda: tmp_path)
    with pytest.raises(ConversionError, match="no picture for the self-test"):
        golden.golden_pictures(hospitals, View.CHEST_FRONTAL, rows, score)
