"""On phantoms, the chest's ONNX files say what torch says: of the narrow network and of the published one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conversion import chest as conversion
from conversion.chest_forms import Form, regions
from conversion.chest_run import ChestRun, read_chest_run
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


def forms_of(run: ChestRun, monkeypatch: pytest.MonkeyPatch) -> dict[str, Form]:
    """A network that has hardly learned may lose more than one that ships."""
    monkeypatch.setattr(conversion, "R_DROP_LIMIT", 1.0)
    monkeypatch.setattr(conversion, "LANDMARK_LIMIT_MM", 10.0)
    return conversion.convert_chest(run).forms


@pytest.mark.parametrize("name", ["chest_run", "published_run"])
def test_onnx_says_of_phantoms_what_torch_says(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = read_chest_run(request.getfixturevalue(name))
    forms = forms_of(run, monkeypatch)
    pictures = list(phantoms(run.square_px))
    assert len(pictures) == 5
    for picture in pictures:
        placed = forms["framework"].landmarks(picture.square)
        crops = regions(picture, placed[0], run.region_px)
        bmd = forms["framework"].bmd(crops)
        for form, most_share, most_g_cm2 in (("float", 1e-5, 1e-5), ("int8", 0.005, 0.03)):
            np.testing.assert_allclose(forms[form].landmarks(picture.square), placed, atol=most_share)
            np.testing.assert_allclose(forms[form].bmd(crops), bmd, atol=most_g_cm2)
