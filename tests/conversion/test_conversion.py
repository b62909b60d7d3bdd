from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from conversion.convert import check_change
from conversion.errors import ConversionError
from desktop.analysis import analyse
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.findings import Status
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.models import load_bundles

pytestmark = pytest.mark.training


def test_the_bundle_loads_and_screens(bundle: Path, key: Path, data_folder: Path) -> None:
    models = load_bundles(bundle.parent, [key.with_suffix(".pub")], threads=1)
    assert not models.problems
    assert not models.notices
    radiograph = read_radiograph(data_folder / "005_0.png")
    result = analyse(radiograph, models, view=View.DXA_SPINE)
    assert result.status is Status.SCREENED, result.reason
    assert set(result.findings[0].bmd_g_cm2) == {*VERTEBRAE, GROUP}


def test_the_manifest_says_what_was_measured(bundle: Path, key: Path) -> None:
    manifest = load_bundles(bundle.parent, [key.with_suffix(".pub")]).by_family["dxa_bmd"].manifest
    assert set(manifest.metrics) == {"framework", "float", "int8"}
    assert manifest.metrics["float"].mean_change_g_cm2 < 1e-5
    assert manifest.metrics["int8"].mean_change_g_cm2 <= manifest.drift_limit_g_cm2
    assert manifest.training.pictures == 24
    assert manifest.conformal.pictures == 24
    assert manifest.precision.people == 12
    assert manifest.precision.rms_sd_g_cm2 is not None
    assert len(manifest.golden) == 4
    assert manifest.evidence == "phantom"


def test_all_convolutions_but_the_first_are_int8_and_the_head_is_float(bundle: Path) -> None:
    import onnx

    graph = onnx.load(bundle / "model.onnx").graph
    makers = {output: node for node in graph.node for output in node.output}
    reads = [makers[node.input[0]].op_type for node in graph.node if node.op_type == "Conv"]
    assert reads[0] != "DequantizeLinear"  # a standardised picture is finer than eight bits
    assert set(reads[1:]) == {"DequantizeLinear"}
    assert makers["bmd"].op_type in {"Add", "Gemm"}
    quantized = {name for node in graph.node if node.op_type == "DequantizeLinear" for name in node.input[:1]}
    weights = [each for each in graph.initializer if each.name in quantized and len(each.dims) == 4]
    assert weights
    for each in weights:
        values = onnx.numpy_helper.to_array(each)
        assert np.abs(values.astype(int)).max() <= 64, "range not reduced"


def test_the_report_lies_beside_the_run(bundle: Path, run_folder: Path) -> None:
    del bundle
    report = json.loads((run_folder / "conversion.json").read_text())
    assert report["tables"]["Outcomes"]["all"]["pictures"] == 24
    assert "Coverage" in (run_folder / "conversion.md").read_text()


def moved(shift: float) -> SimpleNamespace:
    before = np.linspace(0.6, 1.2, 50)
    return SimpleNamespace(
        framework_test={GROUP: before}, float_test={GROUP: before}, int8_test={GROUP: before + shift}
    )


def test_the_gate_refuses_a_network_whose_int8_moved() -> None:
    check_change(moved(0.004))
    with pytest.raises(ConversionError, match="int8 moves L1-L4 by 0.0060"):
        check_change(moved(-0.006))
    with pytest.raises(ConversionError):
        check_change(moved(float("nan")))


def failing(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    from conversion.__main__ import main

    assert main([str(word) for word in words]) == 2
    return capsys.readouterr().err


def test_what_cannot_be_made_is_a_sentence(tmp_path: Path, key: Path, monkeypatch, capsys) -> None:
    monkeypatch.delenv("TRABECULA_SIGNING_KEY", raising=False)
    out = ("--out", tmp_path / "dxa_bmd")
    assert "No signing key" in failing(capsys, tmp_path, *out)
    assert "no finished run" in failing(capsys, tmp_path, *out, "--key", key)
    (tmp_path / "bad.private").write_text("no key")
    assert "no readable private key" in failing(capsys, tmp_path, *out, "--key", tmp_path / "bad.private")


def test_other_data_than_the_runs_are_refused(run_folder: Path, tmp_path: Path, key: Path, capsys) -> None:
    (tmp_path / "manifest.csv").write_text("file,person\n")
    words = (run_folder, "--data", tmp_path, "--out", tmp_path / "dxa_bmd", "--key", key)
    assert "does not hold the data" in failing(capsys, *words)


SELF_TEST = """
import sys
from pathlib import Path
from desktop.models import load_bundles
models = load_bundles(Path(sys.argv[1]), [Path(sys.argv[2])], threads=1)
print(*models.problems, *models.notices)
"""


def test_int8_holds_on_a_processor_without_vnni(bundle: Path, key: Path, root: Path) -> None:
    oldcpu = root.parent / "shared" / "tools" / "oldcpu"
    if not oldcpu.exists():
        pytest.skip("no tool here that plays an old processor")
    words = [str(oldcpu), sys.executable, "-c", SELF_TEST, str(bundle.parent), str(key.with_suffix(".pub"))]
    ended = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""
