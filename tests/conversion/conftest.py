"""A tiny trained run on made-up pictures, and its bundle, each made by the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conversion.keys import new_pair
from tests.chest_figures import write_data

SPLITS = ("train", "train", "tune", "calibrate", "calibrate", "test")
PEOPLE = 72
CHEST_SPLITS = ["train"] * 16 + ["tune"] * 4 + ["calibrate"] * 16 + ["test"] * 12
SIZE_PX = 32
ROOT = Path(__file__).resolve().parents[2]


def command(*words: object) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", *map(str, words)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TRABECULA_SIGNING_KEY": ""}
    return subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grey squares on black whose brightness follows BMD; the first 12 test people were exposed twice."""
    folder = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(5)
    lines = [
        "file,person,sex,age_years,bmd_l1_g_cm2,bmd_l2_g_cm2,bmd_l3_g_cm2,bmd_l4_g_cm2,bmd_l1_l4_g_cm2,"
        "view,evidence,split"
    ]
    for k in range(PEOPLE):
        bmd = round(float(random.uniform(0.6, 1.2)), 4)
        split = SPLITS[k % len(SPLITS)]
        for repeat in range(2 if split == "test" else 1):
            picture = np.zeros((80, 64), np.uint8)
            picture[16:64, 16:48] = np.clip(bmd * 180 + random.normal(0, 8, (48, 32)), 0, 255)
            name = f"{k:03d}_{repeat}.png"
            Image.fromarray(picture).save(folder / name)
            values = ",".join([f"{bmd}"] * 5)
            lines.append(f"{name},p{k},{'FM'[k % 2]},{50 + k % 31},{values},dxa_spine,phantom,{split}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="session")
def run_folder(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run") / "run"
    ended = command(
        "training.dxa_bmd", "--data", data_folder, "--preset", "smoke", "--out", run, "--size-px", SIZE_PX
    )
    assert ended.returncode == 0, ended.stderr
    return run


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    private = tmp_path_factory.mktemp("keys") / "throw-away.private"
    new_pair(private)
    return private


@pytest.fixture(scope="session")
def bundle(run_folder: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "dxa_bmd"
    ended = command("conversion", run_folder, "--out", folder, "--key", key)
    assert ended.returncode == 0, ended.stderr
    assert "self-test within" in ended.stdout
    return folder


@pytest.fixture(scope="session")
def chest_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chests")
    write_data(folder, CHEST_SPLITS)
    return folder


@pytest.fixture(scope="session")
def chest_run(chest_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from training.chest_multi_roi.__main__ import main as train

    run = tmp_path_factory.mktemp("chest_run") / "run"
    words = ["--data", str(chest_data), "--preset", "smoke", "--epochs", "25", "--out", str(run)]
    assert train(words) == 0
    return run
