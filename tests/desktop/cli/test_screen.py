from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import msgspec
import pytest
from PIL import Image

from desktop import paths
from desktop.cli.screen import ANOTHER_VIEW, BUG
from desktop.cli.status import WRONG_USE
from desktop.clinical.reference import default_table
from desktop.errors import SettingsError
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.patient_match import mismatch_sentence
from desktop.findings.schema import schema_file
from desktop.settings import Settings, save_settings

pytestmark = pytest.mark.usefixtures("with_model")

DXA = ("--view", "dxa_spine")


def table_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def copies(spine: Path, *names: str) -> None:
    for name in names:
        place = spine.parent / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(spine.read_bytes())


def test_json_of_a_screened_picture_keeps_to_the_schema(trabecula, spine):
    ended = trabecula("screen", spine, "--json", *DXA)
    assert ended.status == 0
    jsonschema.validate(ended.json, json.loads(schema_file().read_text(encoding="utf-8")))
    (result,) = ended.json
    assert result["file"] == str(spine)
    assert result["status"] == "screened"
    assert result["view"] == {"name": "dxa_spine", "confidence": 1.0}
    assert any(PHANTOM_MARK in warning for warning in result["findings"][0]["warnings"])


def test_without_a_view_the_picture_is_refused_and_the_sentence_says_how(trabecula, spine):
    ended = trabecula("screen", spine, "--json")
    assert ended.status == 3
    assert ended.json[0]["status"] == "refused"
    assert ended.json[0]["reason"]


def test_a_view_that_the_tags_contradict_is_refused(trabecula, write_dicom_spine):
    path = write_dicom_spine(Modality="CR", BodyPartExamined="CHEST", ViewPosition="PA")
    ended = trabecula("screen", path, "--json", *DXA)
    assert ended.json[0]["status"] == "refused"
    assert ended.json[0]["reason"] == ANOTHER_VIEW


def test_lines_for_people_carry_numbers_and_mark(trabecula, spine):
    ended = trabecula("screen", spine, *DXA)
    assert ended.status == 0
    assert "BMD L1-L4" in ended.out
    assert "T-score L1-L4" in ended.out
    assert PHANTOM_MARK in ended.out
    assert ended.out.count("\n") == 1


def test_json_and_csv_together_say_the_same(trabecula, spine, tmp_path):
    out = tmp_path / "out.csv"
    ended = trabecula("screen", spine, "--json", "--csv", out, *DXA)
    (row,) = table_of(out)
    bmd = ended.json[0]["findings"][0]["bmd_g_cm2"]
    assert float(row["bmd_l1_l4_g_cm2"]) == pytest.approx(bmd["L1-L4"]["value"], abs=1e-4)
    assert float(row["bmd_l1_low_g_cm2"]) == pytest.approx(bmd["L1"]["low"], abs=1e-4)
    assert row["mark"] == PHANTOM_MARK
    assert row["outcome"] == ended.json[0]["outcome"]


def test_folders_are_searched_in_order_and_each_file_comes_once(trabecula, spine):
    copies(spine, "b/two.png", "a/one.png", ".hidden.png", "notes.txt")
    ended = trabecula("screen", spine.parent, spine, "--json", *DXA)
    names = [Path(each["file"]).relative_to(spine.parent).as_posix() for each in ended.json]
    assert names == ["spine.png", "a/one.png", "b/two.png"]


def test_what_cannot_be_read_does_not_stop_the_others(trabecula, spine, tmp_path):
    (spine.parent / "empty.png").touch()
    (spine.parent / "gone.dcm").symlink_to(tmp_path / "nowhere")
    (spine.parent / "text.dcm").write_text("no picture at all " * 20)
    ended = trabecula("screen", spine.parent, tmp_path / "vanished.png", "--json", *DXA)
    assert ended.status == 3
    assert [each["status"] for each in ended.json] == ["failed", "failed", "screened", "failed", "failed"]
    assert all(each["reason"] for each in ended.json if each["status"] == "failed")


def test_a_picture_in_the_name_of_dicom_is_screened_and_half_a_tiff_is_damaged(trabecula, spine):
    named_so, tiff = spine.with_name("a.dcm"), spine.with_name("half.tif")
    spine.rename(named_so)
    with Image.open(named_so) as picture:
        picture.save(tiff)
    tiff.write_bytes(tiff.read_bytes()[:-100])
    results = trabecula("screen", spine.parent, "--json", *DXA).json
    assert [each["status"] for each in results] == ["screened", "failed"]
    assert "cut short or damaged" in results[1]["reason"]


def test_an_empty_folder_is_a_sentence(trabecula, tmp_path):
    (tmp_path / "nothing").mkdir()
    ended = trabecula("screen", tmp_path / "nothing", "--json")
    assert ended.status == 3
    assert ended.json == []
    assert "holds no pictures" in ended.err


def test_a_bug_in_one_file_is_told_as_one_and_logged_without_its_text(
    trabecula, spine, monkeypatch, own_folders
):
    copies(spine, "two.png")
    calls = []

    def broken(*arguments, **keywords):
        calls.append(arguments)
        if len(calls) == 1:
            raise ZeroDivisionError("Jane Doe")
        return real(*arguments, **keywords)

    import desktop.cli.screen as screen

    real = screen.analyse
    monkeypatch.setattr(screen, "analyse", broken)
    ended = trabecula("screen", spine.parent, "--json", *DXA)
    assert ended.status == 3
    assert [each["status"] for each in ended.json] == ["failed", "screened"]
    assert ended.json[0]["reason"] == BUG
    log = (own_folders / "logs" / "trabecula.log").read_text()
    assert "ZeroDivisionError" in log
    assert "Jane" not in log
    assert "Jane" not in ended.out + ended.err


def test_sex_and_age_of_the_command_line_reach_the_scores(trabecula, spine):
    young = trabecula("screen", spine, "--json", "--sex", "F", "--age", "40", *DXA).json[0]["findings"][0]
    old = trabecula("screen", spine, "--json", "--sex", "F", "--age", "70", *DXA).json[0]["findings"][0]
    assert young["score_kind"] == "Z"
    assert young["t_score"] is None
    assert young["not_measured"]["t_score"]
    assert old["score_kind"] == "T"


def test_scores_are_taken_from_the_table_that_is_named_else_from_the_one_of_the_window(
    trabecula, spine, monkeypatch
):
    ours, theirs = (msgspec.structs.replace(default_table(), name=name) for name in ("Ours 2019", "Theirs"))
    monkeypatch.setattr(
        "desktop.cli.screen.load_tables",
        lambda: {each.name: each for each in (default_table(), ours, theirs)},
    )
    command = ("screen", spine, "--json", "--view", "dxa_spine")
    save_settings(replace(Settings(), reference_table="Ours 2019"), paths.config_dir())
    assert trabecula(*command).json[0]["findings"][0]["reference_table"] == "Ours 2019"
    named = trabecula(*command, "--reference", "Theirs")
    assert named.json[0]["findings"][0]["reference_table"] == "Theirs"


def test_a_reference_table_that_is_not_there_is_wrong_use(trabecula, spine):
    ended = trabecula("screen", spine, "--reference", "Atlantis 1999")
    assert ended.status == WRONG_USE
    assert "There is no reference table 'Atlantis 1999': name one" in ended.err
    assert default_table().name in ended.err


def test_a_faulty_reference_table_is_wrong_use(trabecula, spine, monkeypatch):
    def faulty():
        raise SettingsError("The reference table ours.json is faulty, correct it or remove it: no name.")

    monkeypatch.setattr("desktop.cli.screen.load_tables", faulty)
    ended = trabecula("screen", spine)
    assert ended.status == WRONG_USE
    assert "correct it or remove it" in ended.err


def test_a_patient_who_does_not_match_the_picture_is_pointed_out(trabecula, tmp_path, write_dicom_spine):
    path = write_dicom_spine(PatientSex="M", PatientAge="061Y")
    table = tmp_path / "out.csv"
    asked = trabecula("screen", path, "--json", "--csv", table, "--sex", "F").json[0]["findings"][0]
    plain = trabecula("screen", path, "--json").json[0]["findings"][0]
    notice = mismatch_sentence(["sex"])
    assert notice in asked["warnings"]
    assert notice not in plain["warnings"]
    assert notice in table.read_text(encoding="utf-8")


def test_ages_of_the_patient_table_go_by_file(trabecula, spine, tmp_path):
    copies(spine, "two.png")
    people = tmp_path / "people.csv"
    people.write_text("file;sex;age_years;name\nspine.png;F;40;Doe\ntwo.png;M;70;\n", encoding="utf-8-sig")
    ended = trabecula("screen", spine.parent, "--json", "--patients", people, *DXA)
    assert [each["findings"][0]["score_kind"] for each in ended.json] == ["Z", "T"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("picture,sex\n", "needs the columns"),
        ("file,sex,age_years\na.png,W,50\n", "Line 2"),
        ("file,sex,age_years\na.png,F,old\n", "Line 2"),
        ("", "needs the columns"),
        (b"file,sex,age_years\n\xff\xfe", "UTF-8"),
    ],
)
def test_a_patient_table_that_makes_no_sense_is_wrong_use(trabecula, spine, tmp_path, content, sentence):
    people = tmp_path / "people.csv"
    people.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = trabecula("screen", spine, "--patients", people)
    assert ended.status == 2
    assert sentence in ended.err
    assert ended.out == ""


def test_no_place_for_the_table_ends_before_any_work(trabecula, spine, tmp_path):
    ended = trabecula("screen", spine, "--json", "--csv", tmp_path / "no" / "out.csv", *DXA)
    assert ended.status == 4
    assert "cannot be written" in ended.err
    assert ended.err.count("\n") == 1


def test_a_table_that_was_there_stays_until_the_new_one_is_whole(trabecula, spine, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("old")

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    ended = trabecula("screen", spine, "--json", "--csv", out, *DXA)
    assert ended.status == 4
    assert "is full" in ended.err
    assert ended.json[0]["status"] == "screened"
    assert out.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".trabecula")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_stdout_is_a_sentence():
    code = "from desktop.cli.telling import show\nfrom desktop.errors import AppError\n"
    code += (
        "import sys\ntry:\n    show('x')\nexcept AppError as e:\n    sys.stderr.write(str(e)); sys.exit(4)"
    )
    with open("/dev/full", "w") as full:
        ended = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 4
    assert "disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_reports_are_written_for_what_was_screened(trabecula, spine, tmp_path):
    pytest.importorskip("PySide6")
    copies(spine, "more/spine.png")
    (spine.parent / "broken.png").write_bytes(b"nothing")
    folder = tmp_path / "reports"
    ended = trabecula("screen", spine.parent, "--report", folder, "--json", *DXA)
    assert ended.status == 3
    assert sorted(each.name for each in folder.iterdir()) == ["spine-2.pdf", "spine.pdf"]
    assert all(each.read_bytes().startswith(b"%PDF") for each in folder.iterdir())


def test_a_read_only_home_does_not_stop_screening(trabecula, spine, tmp_path, monkeypatch):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    for name in ("DATA", "CONFIG", "LOGS"):
        monkeypatch.setenv(f"TRABECULA_{name}", str(blocked / "below"))
    ended = trabecula("screen", spine, "--json", *DXA)
    assert ended.status == 0
    assert ended.err == ""


def test_a_picture_too_small_is_refused(trabecula, tmp_path):
    Image.new("L", (1, 1), 7).save(tmp_path / "dot.png")
    ended = trabecula("screen", tmp_path / "dot.png", "--json", *DXA)
    assert ended.json[0]["status"] == "refused"
    assert "64 x 64" in ended.json[0]["reason"]
