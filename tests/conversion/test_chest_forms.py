"""On phantoms, the chest's ONNX files say what torch says: of the narrow network and of the published one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conversion import chest as conversion
from conversion.chest_forms import Answered, answered
from conversion.chest_run import read_chest_run
from conversion.seen import Seen, seen
from desktop.imaging.readers import read_radiograph
from desktop.models.golden import golden_radiograph
from desktop.paths import assets_dir
from training.chest_multi_roi.bmd_stage import make_bmd
from training.chest_multi_roi.settings import PRESETS

pytestmark = pytest.mark.training


@pytest.fixture(scope="session")
def published_run(chest_run: Path, chest_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's network and training, but for a sixteenth of the width, small regions and few epochs."""
    paper = PRESETS["paper"]
    course = replace(paper.bmd.course, epochs=3, batch=8)
    narrow = replace(paper.bmd, width=1 / 16, size_px=64, course=course)
    run = tmp_path_factory.mktemp("published") / "run"
    make_bmd(replace(paper, bmd=narrow), chest_data, run, landmarks=chest_run)
    shutil.copytree(chest_run / "landmarks", run / "landmarks")
    return run


def phantoms(square_px: int) -> Iterator[Seen]:
    """Yield the shipped sample and the shipped bundle's golden pictures."""
    for path in sorted((assets_dir() / "samples").glob("chest_frontal*.dcm")):
        yield seen(read_radiograph(path), square_px)
    for path in sorted((assets_dir() / "models" / "chest_multi_roi").glob("golden_*.png")):
        yield seen(golden_radiograph(path.read_bytes()), square_px)


def said_of_phantoms(run: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answered]:
    """A network that has hardly learned may lose more than one that ships."""
    monkeypatch.setattr(conversion, "R_DROP_LIMIT", 1.0)
    monkeypatch.setattr(conversion, "LANDMARK_LIMIT_MM", 10.0)
    converted = conversion.convert_chest(read_chest_run(run))
    return answered(converted.forms, phantoms(converted.run.square_px), converted.run.region_px)


@pytest.mark.parametrize("name", ["chest_run", "published_run"])
def test_onnx_says_of_phantoms_what_torch_says(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = said_of_phantoms(request.getfixturevalue(name), monkeypatch)
    torch, exported, int8 = (said[form] for form in ("framework", "float", "int8"))
    assert len(torch.shapes) == 5
    np.testing.assert_allclose(exported.landmarks, torch.landmarks, atol=1e-5)
    np.testing.assert_allclose(exported.bmd_g_cm2, torch.bmd_g_cm2, atol=1e-4)
    np.testing.assert_allclose(int8.landmarks, torch.landmarks, atol=0.005)
    np.testing.assert_allclose(int8.bmd_g_cm2, torch.bmd_g_cm2, atol=0.03)
