"""The study's page is drawn from finished runs: ensembles, intervals, findings, and what is not there yet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.chest_multi_roi import study, study_runs
from training.chest_multi_roi.findings import findings
from training.chest_multi_roi.landmark_stage import Errors
from training.chest_multi_roi.settings import PRESETS, Settings
from training.chest_multi_roi.study import draw, main
from training.chest_multi_roi.study_runs import (
    CHEST,
    DENSE,
    LOCALS,
    START,
    TABLE_RUNS,
    TENFOLD,
    read_study,
    runs_of,
    table_settings,
)
from training.phantom.people.bones import relative_mineral
from training.phantom.people.person import draw_people
from training.phantom.studies.ceiling import SEEN, WHOLE
from training.phantom.studies.ceiling_estimators import gaussian_estimate

pytestmark = pytest.mark.training
NOISE = {CHEST: 0.05, "cervical": 0.07, "clavicle": 0.09, "lumbar": 0.15, "ribcage": 0.2}


def write_run(
    folder: Path,
    name: str,
    noise_g_cm2: float,
    first: int = 0,
    true: NDArray[np.float64] | None = None,
    file: str = "{}.png",
) -> None:
    """Write the folder of a finished run whose answers are the truth with noise, of pictures from `first`."""
    place = folder / "bmd"
    place.mkdir(parents=True)
    truth = np.random.default_rng(1)
    if true is None:
        true = truth.normal(0.9, 0.15, (120, 1)) + truth.normal(0, 0.03, (120, 4))
    random = np.random.default_rng(len(name) + int(1000 * noise_g_cm2))
    answers = {"true": true, "predicted": true + random.normal(0, noise_g_cm2, true.shape)}
    answers["person"] = true + np.random.default_rng(2).normal(0, 0.3, true.shape)
    columns = [f"{kind}_l{k}_g_cm2" for kind in answers for k in (1, 2, 3, 4)]
    with (place / "predictions_test.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["file", "person", *columns])
        table.writerows(
            [file.format(k), f"p{k // 2}", *line]
            for k, line in enumerate(np.hstack(list(answers.values())), start=first)
        )
    settings = asdict((table_settings(name) if name in runs_of("one") else PRESETS["edge"]).bmd)
    pictures = {"train": 10870 if name == TENFOLD else 1087, "tune": 265, "test": 120}
    (place / "config.json").write_text(json.dumps({"settings": settings, "pictures": pictures}))
    (place / "metrics.json").write_text("{}")


def write_landmarks(folder: Path, mean_mm: float) -> None:
    place = folder / "landmarks"
    place.mkdir(parents=True)
    errors = asdict(Errors(10, mean_mm, 3 * mean_mm, 1.0, 2.0))
    config = {"settings": asdict(PRESETS["edge"].landmarks), "pictures": {"train": 7000}}
    (place / "config.json").write_text(json.dumps(config))
    (place / "metrics.json").write_text(json.dumps({"test": {"all": errors, "t12": errors}}))
    (place / "real_chests.json").write_text(
        json.dumps({"all": asdict(Errors(9, 2 * mean_mm, 9.0, 1.0, 2.0))})
    )


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in TABLE_RUNS:
        write_run(tmp_path / "runs" / "one" / name, name, NOISE.get(name, 0.1))
    write_run(tmp_path / "runs" / "edge", "edge", 0.1)
    write_landmarks(tmp_path / "runs" / "edge", 4.25)
    return tmp_path / "runs"


def line_of(page: str, start: str) -> list[str]:
    """Return the numbers of the last line of the page that begins so."""
    line = [each for each in page.splitlines() if each.startswith(start)][-1]
    return re.findall(r"\d\.\d{3}", line.removeprefix(start))


def test_the_page_holds_every_table(runs: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    draw(runs, out)
    page = (out / "chest_multi_roi.md").read_text()
    assert "| all | 4.2, 12.8 | 8.5, 9.0 |" in page
    assert "One look" in page
    assert "## Every look" not in page  # none of its runs is there
    assert "ceiling of these persons" not in page  # they are no phantoms
    assert "| **dense** |" in page
    found = read_study(runs).tables["one"]
    r = [np.corrcoef(found["multi"].true[:, k], found["multi"].predicted[:, k])[0, 1] for k in range(4)]
    cells = line_of(page, "| **multi** |")
    assert [float(cell) for cell in cells[:8:2]] == pytest.approx(r, abs=6e-4)
    assert float(cells[8]) == pytest.approx(np.mean(r), abs=6e-4)
    assert float(cells[9]) < float(cells[8]) < float(cells[10])
    with Image.open(out / "chest_multi_roi" / "scatter_one.png") as picture:
        assert min(picture.size) > 400


def test_networks_are_held_against_the_ceiling_of_the_same_persons(tmp_path: Path) -> None:
    people = draw_people(7, 200)
    true = people.bmd_g_cm2[80:, 1:5]
    for name, noise_g_cm2 in (("multi", 0.02), ("clavicle", 0.3)):
        write_run(
            tmp_path / "one" / name, name, noise_g_cm2, first=80, true=true, file="chest_frontal_7_{:06d}.dcm"
        )
    draw(tmp_path, tmp_path)
    page = (tmp_path / "chest_multi_roi.md").read_text()
    bones = gaussian_estimate(people, relative_mineral(people, 7), SEEN[WHOLE])[80:]
    r = np.mean([np.corrcoef(true[:, k], bones[:, k])[0, 1] for k in range(4)])
    assert float(line_of(page, "| ceiling of these persons |")[8]) == pytest.approx(r, abs=6e-4)
    (asked,) = [line for line in page.splitlines() if line.startswith("Asked of the best network")]
    assert f"a mean R of {r - 0.05:.3f}" in asked
    assert "multi has" in asked
    assert asked.count(": reached") == 1
    below = float(re.findall(r"stays (-?\d\.\d{3})", asked)[0])
    multi = read_study(tmp_path).tables["one"]["multi"].predicted
    assert below == pytest.approx(
        r - np.mean([np.corrcoef(true[:, k], multi[:, k])[0, 1] for k in range(4)]), abs=1e-3
    )


def test_ten_times_the_pictures_stand_beside_the_tables(runs: Path, tmp_path: Path) -> None:
    draw(runs, tmp_path)
    assert "times the pictures" not in (tmp_path / "chest_multi_roi.md").read_text()
    write_run(runs / "one" / TENFOLD, TENFOLD, 0.02)
    draw(runs, tmp_path)
    page = (tmp_path / "chest_multi_roi.md").read_text()
    assert page.index("## One look, as") < page.index("## One look, 10 times the pictures")
    assert "from 10,870 pictures" in page
    assert page.count(f"| **{TENFOLD}** |") == 1
    study = read_study(runs)
    assert TENFOLD not in study.tables["one"]
    of_both = [
        np.mean([np.corrcoef(each.true[:, k], each.predicted[:, k])[0, 1] for k in range(4)])
        for each in (study.tables["one"][DENSE], study.tenfold)
    ]
    said = line_of(page, "On the 120 pictures that both were tested on")
    assert [float(each) for each in said[:3]] == pytest.approx([*of_both, of_both[1] - of_both[0]], abs=1e-3)
    assert float(said[3]) < float(said[2]) < float(said[4])
    assert (tmp_path / "chest_multi_roi" / "scatter_tenfold.png").is_file()


def test_only_what_both_were_tested_on_compares(runs: Path, tmp_path: Path) -> None:
    write_run(runs / "one" / TENFOLD, TENFOLD, 0.02, first=1000)
    draw(runs, tmp_path)
    assert "that both were tested on" not in (tmp_path / "chest_multi_roi.md").read_text()


def test_tenfold_is_the_shipped_network_but_wider_on_one_look() -> None:
    shipped, tenfold = PRESETS["edge"].bmd, table_settings(TENFOLD).bmd
    as_shipped = {name: getattr(shipped, name) for name in ("width", "parts", "course", "as_cut_epochs")}
    assert replace(tenfold, **as_shipped) == shipped
    assert TENFOLD in runs_of("one")
    assert TENFOLD not in runs_of("every")


def test_the_ensembles_are_the_means_of_their_members(runs: Path) -> None:
    found = read_study(runs).tables["one"]
    singles = [found[name].predicted for name in (*LOCALS, CHEST)]
    assert found["Ensemble_roi"].predicted == pytest.approx(np.mean(singles, axis=0))
    everything = np.mean([*singles, found["multi"].predicted], axis=0)
    assert found["Ensemble_all"].predicted == pytest.approx(everything)


def test_findings_are_answered_by_the_figures(runs: Path) -> None:
    found = read_study(runs).tables["one"]
    means = {name: (1.0 - NOISE.get(name, 0.1), 0.9) for name in found}
    asked = {each.claim: each for each in findings(found, means)}
    assert asked["The whole chest beats each local region"].holds
    assert asked["Cervical is the best local region, ribcage the worst"].holds
    assert not asked["VGG beats ResNet"].holds
    assert not asked["Multi-ROI beats the ensembles in AUC, not in R"].holds
    few = findings({"cervical": found["cervical"]}, {"cervical": (0.9, 0.9)})
    assert len(few) == 2


def test_without_runs_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", str(tmp_path / "none"), "--draw-only", "--out", str(tmp_path)]) == 2
    assert "has no finished run" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--runs", str(tmp_path / "none")])
    assert "--every" in capsys.readouterr().err


def test_the_study_trains_what_is_missing_once(
    tmp_path: Path, make_data: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    smoke = PRESETS["smoke"]
    monkeypatch.setattr(study, "PRESETS", {"edge": smoke})
    monkeypatch.setattr(study_runs, "TABLE_RUNS", ("lumbar",))

    def settings(name: str) -> Settings:
        if name == START:
            return smoke
        parts = "tenfold" if name == TENFOLD else "published"
        return replace(smoke, bmd=replace(smoke.bmd, regions="lumbar", parts=parts))

    monkeypatch.setattr(study, "table_settings", settings)
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(tmp_path / "none"))
    data = str(make_data())
    command = [
        "--every",
        data,
        "--one",
        data,
        "--runs",
        str(tmp_path / "runs"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(command) == 0
    made = sorted(path for path in (tmp_path / "runs").rglob("network.pt"))
    names = [str(path.relative_to(tmp_path / "runs").parent) for path in made]
    finished = ["edge/bmd", "edge/landmarks", "every/lumbar/bmd", "one/lumbar/bmd", "one/tenfold/bmd"]
    assert names == [*finished, "start/bmd"]
    start = json.loads((tmp_path / "runs" / "edge" / "bmd" / "config.json").read_text())["start"]
    assert Path(start) == tmp_path / "runs" / "start" / "bmd" / "network.pt"
    before = [path.stat().st_mtime_ns for path in made]
    assert main(command) == 0
    assert [path.stat().st_mtime_ns for path in made] == before
    page = (tmp_path / "out" / "chest_multi_roi.md").read_text()
    assert "**lumbar**" in page
