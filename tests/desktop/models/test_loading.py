from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop import paths
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.errors import BundleError
from desktop.imaging.radiograph import View
from desktop.models import Models, load_bundles, load_installed, self_test
from desktop.models import manifest as parts

FILES = ("manifest.json", "manifest.json.sig", "model.onnx", "golden_1.png")


def only_problem(folder: Path, keys: Path) -> str:
    models = load_bundles(folder.parent, [keys], threads=1)
    assert not models.by_family
    (problem,) = models.problems
    assert problem.startswith(f"The model in {folder.name} was not loaded: ")
    assert problem.endswith(".")
    return problem


def test_a_sound_bundle_loads_with_its_signer(models: Models) -> None:
    bundle = models.by_family["dxa_bmd"]
    assert bundle.identity.signer == "test-signer"
    assert bundle.identity.sha256 == bundle.manifest.files["model.onnx"].sha256
    assert not bundle.ran_in_float
    assert not models.notices


def test_run_gives_each_output_of_one_picture(models: Models) -> None:
    answer = models.by_family["dxa_bmd"].run(np.full((32, 32, 3), 255, np.uint8))
    np.testing.assert_allclose(answer["bmd"], [1.10, 1.12, 1.14, 1.16], atol=1e-6)
    assert answer["evidence"].shape == (32, 32)
    assert answer["bmd"].dtype == np.float32


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, -2])
def test_a_changed_byte_is_refused(make_bundle, trusted_keys: Path, name: str, place: int) -> None:
    folder = make_bundle()
    content = bytearray((folder / name).read_bytes())
    content[place] ^= 1
    (folder / name).write_bytes(content)
    assert "changed" in only_problem(folder, trusted_keys)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(make_bundle, trusted_keys: Path, name: str) -> None:
    folder = make_bundle()
    (folder / name).unlink()
    assert f"its {name} is missing" in only_problem(folder, trusted_keys)


@pytest.mark.parametrize("name", FILES)
def test_a_longer_file_is_not_read_on(make_bundle, trusted_keys: Path, name: str) -> None:
    folder = make_bundle()
    with (folder / name).open("ab") as file:
        file.truncate((2 << 20) if name == "manifest.json" else 100_000)
    assert "larger than stated" in only_problem(folder, trusted_keys)


@pytest.mark.parametrize("name", FILES)
def test_a_link_is_refused(make_bundle, trusted_keys: Path, tmp_path: Path, name: str) -> None:
    folder = make_bundle()
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    assert "is a link" in only_problem(folder, trusted_keys)


def test_a_linked_folder_is_refused(make_bundle, trusted_keys: Path, tmp_path: Path) -> None:
    folder = make_bundle()
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert "folder is a link" in only_problem(folder, trusted_keys)


def test_a_pipe_does_not_hang(make_bundle, trusted_keys: Path) -> None:
    folder = make_bundle()
    (folder / "model.onnx").unlink()
    os.mkfifo(folder / "model.onnx")
    assert "no plain file" in only_problem(folder, trusted_keys)


def test_an_unlisted_file_is_refused(make_bundle, trusted_keys: Path) -> None:
    folder = make_bundle()
    (folder / "extra.so").write_bytes(b"")
    assert "extra.so" in only_problem(folder, trusted_keys)


def test_another_key_is_refused(make_bundle, trusted_keys: Path) -> None:
    folder = make_bundle(key=Ed25519PrivateKey.generate())
    assert "no key that this computer trusts" in only_problem(folder, trusted_keys)


def test_a_stated_key_must_be_the_signing_one(make_bundle, trusted_keys: Path, signing_key) -> None:
    folder = make_bundle()
    raw = (folder / "manifest.json").read_bytes()
    stated = msgspec.json.decode(raw)["key_id"]
    raw = raw.replace(stated.encode(), b"f" * 16)
    (folder / "manifest.json").write_bytes(raw)
    (folder / "manifest.json.sig").write_bytes(signing_key.sign(raw))
    assert "another key" in only_problem(folder, trusted_keys)


def test_no_trusted_key_loads_nothing(make_bundle, tmp_path: Path) -> None:
    assert "no key that this computer trusts" in only_problem(make_bundle(), tmp_path / "nowhere")


def test_a_broken_key_is_named_and_the_others_serve(make_bundle, trusted_keys: Path) -> None:
    (trusted_keys / "broken.pub").write_text("no key")
    loaded = load_bundles(make_bundle().parent, [trusted_keys], threads=1)
    assert "dxa_bmd" in loaded.by_family
    assert "broken.pub" in loaded.problems[0]


def resigned(folder: Path, key: Ed25519PrivateKey, **fields: object) -> Path:
    raw = msgspec.json.encode(msgspec.json.decode((folder / "manifest.json").read_bytes()) | fields)
    (folder / "manifest.json").write_bytes(raw)
    (folder / "manifest.json.sig").write_bytes(key.sign(raw))
    return folder


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"schema": 2}, "schema 2"),
        ({"surprise": 1}, "surprise"),
        ({"program_at_least": "9.0.0"}, "needs Trabecula 9.0.0"),
        ({"family": "other"}, "should be named other"),
        ({"accepts": ["knee"]}, "makes no sense"),
        ({"files": {"../model.onnx": {"sha256": "0" * 64, "size_bytes": 1}}}, "makes no sense"),
        ({"model": "absent.onnx"}, "contradicts itself in files"),
        ({"area_shares": {"L1": 1.0}}, "contradicts itself in area_shares"),
        ({"golden": []}, "contradicts itself in golden"),
        ({"outputs": {"bmd": {"unit": "g/cm2"}, "absent": {"unit": ""}}}, "other inputs or outputs"),
    ],
)
def test_a_signed_manifest_must_make_sense(
    make_bundle, trusted_keys: Path, signing_key, fields: dict[str, object], words: str
) -> None:
    assert words in only_problem(resigned(make_bundle(), signing_key, **fields), trusted_keys)


def test_an_enormous_stated_size_is_refused_before_reading(
    make_bundle, trusted_keys: Path, signing_key
) -> None:
    folder = make_bundle()
    files = msgspec.json.decode((folder / "manifest.json").read_bytes())["files"]
    files["model.onnx"]["size_bytes"] = 1 << 40
    assert "too large" in only_problem(resigned(folder, signing_key, files=files), trusted_keys)


def test_a_signed_file_that_is_no_graph_is_refused(make_bundle, trusted_keys: Path) -> None:
    assert "does not open in ONNX Runtime" in only_problem(make_bundle(model="golden_1.png"), trusted_keys)


@pytest.mark.parametrize("exists", [True, False])
def test_no_bundle_at_all_is_one_sentence(tmp_path: Path, trusted_keys: Path, exists: bool) -> None:
    folder = tmp_path / "models"
    if exists:
        folder.mkdir()
    loaded = load_bundles(folder, [trusted_keys])
    assert not loaded.by_family
    assert loaded.problems == (f"No model was found in {folder}: reinstall Trabecula.",)


def test_folders_without_permission_are_sentences(make_bundle, trusted_keys: Path, monkeypatch) -> None:
    folder, closed, real = make_bundle(), trusted_keys.parent / "closed", Path.iterdir

    def iterdir(path: Path):
        if path in {folder, closed}:
            raise PermissionError(13, "Permission denied")
        return real(path)

    closed.mkdir()
    monkeypatch.setattr(Path, "iterdir", iterdir)
    keys, bundle = load_bundles(folder.parent, [trusted_keys, closed]).problems
    assert str(closed) in keys
    assert "its folder cannot be read (Permission denied)" in bundle


def test_one_bad_bundle_leaves_the_others(make_bundle, trusted_keys: Path) -> None:
    make_bundle()
    (make_bundle(folder="dxa_hip", family="dxa_hip") / "extra").touch()
    loaded = load_bundles(make_bundle().parent, [trusted_keys], threads=1)
    assert list(loaded.by_family) == ["dxa_bmd"]
    assert len(loaded.problems) == 1


class Drifting:
    """A session whose int8 is off, as on a processor that saturates."""

    def __init__(self, session, shift: float) -> None:
        self.session, self.shift = session, shift

    def run(self, names, feeds):
        return [value + np.float32(self.shift) for value in self.session.run(names, feeds)]


@pytest.mark.parametrize("shift", [0.02, float("nan")])
def test_drifting_int8_falls_back_to_float_with_a_notice(models: Models, shift: float) -> None:
    bundle = models.by_family["dxa_bmd"]
    tested = self_test(replace(bundle, session=Drifting(bundle.session, shift)))
    assert tested.bundle.ran_in_float
    assert [drift.value < 0.005 for drift in tested.drifts] == [True]
    assert "runs in float" in (tested.notice or "")


def test_drift_in_float_too_is_refused(make_bundle, trusted_keys: Path) -> None:
    wrong = (parts.Golden(file="golden_1.png", expected_g_cm2=dict.fromkeys(VERTEBRAE, 1.0)),)
    assert "self-test is off" in only_problem(make_bundle(golden=wrong), trusted_keys)


def test_the_committed_bundles_load() -> None:
    folder = paths.assets_dir() / "models"
    if not any(folder.glob("*/manifest.json")):
        pytest.skip("no bundle is committed yet")
    loaded = load_installed(threads=1)
    assert not loaded.problems
    for bundle in loaded.by_family.values():
        assert sum(len(content) for content in bundle.contents.values()) <= 20 << 20
        assert all(drift.is_small for drift in self_test(bundle.in_float()).drifts)


def test_the_manifest_of_the_committed_model_covers_every_site() -> None:
    loaded = load_installed(threads=1)
    if "dxa_bmd" not in loaded.by_family:
        pytest.skip("no bundle is committed yet")
    manifest = loaded.by_family["dxa_bmd"].manifest
    assert manifest.accepts == (View.DXA_SPINE,)
    assert set(manifest.conformal.half_width_g_cm2) == {*VERTEBRAE, GROUP}


def test_a_broken_session_says_what_to_do() -> None:
    from desktop.models.session import open_session

    with pytest.raises(BundleError, match="reinstall"):
        open_session(b"no graph")


def test_the_committed_bundles_run_in_int8_on_an_old_processor(root: Path) -> None:
    oldcpu = root.parent / "shared" / "tools" / "oldcpu"
    if not oldcpu.exists() or not any((paths.assets_dir() / "models").glob("*/manifest.json")):
        pytest.skip("no bundle is committed yet, or no tool here that plays an old processor")
    said = "from desktop.models import load_installed; m = load_installed(); print(*m.problems, *m.notices)"
    words = [str(oldcpu), sys.executable, "-c", said]
    assert subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout.strip() == ""
