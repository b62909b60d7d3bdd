"""The judges on made-up pictures: what differs is named first, what is alike is not told apart."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.realism.__main__ import judged, main
from training.realism.judge import judge
from training.realism.radiograph_features import radiograph_features

pytestmark = pytest.mark.training


def chest(random: np.random.Generator, noise: float) -> np.ndarray:
    v, u = np.meshgrid(np.linspace(-1, 1, 160), np.linspace(-1, 1, 150), indexing="ij")
    lungs = sum(np.exp(-(((u - side) / 0.3) ** 2 + (v / 0.6) ** 2)) for side in (-0.5, 0.5))
    grey = 0.8 - 0.6 * lungs * random.uniform(0.8, 1.1) + random.normal(0, noise, v.shape)
    return np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    random = np.random.default_rng(1)
    for folder in ("views", "chest"):
        (tmp_path / "real" / folder).mkdir(parents=True)
    lines = ["file,view"]
    for k in range(24):
        Image.fromarray(chest(random, 0.02)).save(tmp_path / "real" / "views" / f"{k}.png")
        lines.append(f"{k}.png,{'knee' if k > 21 else 'chest'}")
    (tmp_path / "real" / "views" / "index.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "real"))
    return tmp_path / "real"


def phantoms(folder: Path, noise: float) -> Path:
    folder.mkdir()
    random = np.random.default_rng(2)
    for k in range(30):
        Image.fromarray(chest(random, noise)).save(folder / f"{k}.png")
    rows = "\n".join(f"{k}.png,p{k},chest_frontal" for k in range(30))
    (folder / "manifest.csv").write_text(f"file,person,view\n{rows}\n")
    return folder


def test_noise_that_is_too_strong_is_told_and_named(real: Path, tmp_path: Path) -> None:
    judgement = judged("chest_frontal", phantoms(tmp_path / "noisy", 0.1), 30)
    assert judgement.real == 22
    assert judgement.balanced_accuracy > 0.95
    assert judgement.taken_for_real < 0.1
    assert judgement.differences[0].gap == pytest.approx(1.0)
    assert "fine" in " ".join(each.name for each in judgement.differences[:8])


def test_what_is_alike_is_not_told_apart(real: Path, tmp_path: Path) -> None:
    judgement = judged("chest_frontal", phantoms(tmp_path / "alike", 0.02), 30)
    assert judgement.low < 0.62
    assert judgement.high > judgement.low


def test_each_call_adds_a_round_to_the_page(real: Path, tmp_path: Path) -> None:
    data, out = phantoms(tmp_path / "data", 0.05), tmp_path / "docs" / "realism.md"
    for words in ("first", "second"):
        main(
            [
                "--view",
                "chest_frontal",
                "--data",
                str(data),
                "--count",
                "20",
                "--round",
                words,
                "--out",
                str(out),
            ]
        )
    with out.with_suffix(".csv").open() as file:
        assert [row["round"] for row in csv.DictReader(file)] == ["first", "second"]
    text = out.read_text()
    assert "| first | 22 | 20 |" in text
    assert "Largest differences, second" in text


def test_without_real_pictures_a_sentence(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["--view", "chest_frontal", "--data", ".", "--round", "x", "--out", str(tmp_path / "x.md")])
    assert "TRABECULA_REAL_IMAGES" in capsys.readouterr().err


@pytest.mark.parametrize("view", ["chest_frontal", "lumbar_lateral"])
def test_features_do_not_depend_on_the_files_size(view: str) -> None:
    picture = chest(np.random.default_rng(3), 0.0).astype(np.float32) / 255
    large = np.kron(picture, np.ones((4, 4), np.float32))
    small, larger = (radiograph_features(each, view) for each in (picture, large))
    assert small.keys() == larger.keys()
    for name in ("median grey", "width over height", "brightness, middle"):
        assert small[name] == pytest.approx(larger[name], abs=0.03)
    assert all(np.isfinite(list(radiograph_features(np.zeros((64, 64), np.float32), view).values())))


def test_few_pictures_make_wide_intervals() -> None:
    random = np.random.default_rng(4)
    lists = [[{"a": float(value)} for value in random.normal(k, 1, 12)] for k in (0, 1)]
    judgement = judge(*lists)
    assert judgement.high - judgement.low > 0.2
