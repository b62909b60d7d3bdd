from __future__ import annotations

from pathlib import Path

import pytest

from training.data.manifest import DataError, read_manifest, without_excluded


def manifest(folder: Path, text: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_full_row_is_read_with_its_units(tmp_path: Path) -> None:
    path = manifest(
        tmp_path,
        "file,person,sex,age_years,weight_kg,height_cm,bmd_l1_g_cm2,bmd_l2_g_cm2,bmd_l3_g_cm2,bmd_l4_g_cm2,"
        "bmd_l1_l4_g_cm2,t_score,class,t12_x,t12_y,fracture_grade_l2,exam_interval_days,pixel_spacing_mm,"
        "reference_table,evidence,view,split\n"
        "a.dcm,109274,F,68,70.5,160,0.9,0.95,1,1.05,0.98,-0.8,normal,12.5,30,2,14,0.5,"
        "Hologic,phantom,dxa_spine,tune\n",
    )
    (row,) = read_manifest(path)
    assert (row.file, row.person, row.number) == ("a.dcm", "109274", 2)
    assert (row.sex, row.age_years, row.weight_kg, row.height_cm) == ("F", 68, 70.5, 160)
    assert row.bmd_by_vertebra == (0.9, 0.95, 1.0, 1.05)
    assert (row.bmd_l1_l4_g_cm2, row.t_score, row.category) == (0.98, -0.8, "normal")
    assert row.points == {"t12": (12.5, 30.0)}
    assert row.fracture_grades == {"L2": 2}
    assert (row.exam_interval_days, row.pixel_spacing_mm, row.split) == (14, 0.5, "tune")


def test_unknown_is_empty_and_becomes_none(tmp_path: Path) -> None:
    (row,) = read_manifest(
        manifest(tmp_path, "file,person,sex,bmd_l1_g_cm2,bmd_l2_g_cm2,class\na.png,7,,0.9,,osteopenia\n")
    )
    assert row.sex is None
    assert row.bmd_g_cm2 == {"L1": 0.9}
    assert row.bmd_by_vertebra is None
    assert row.category == "osteopenia"


def test_excluded_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = read_manifest(
        manifest(tmp_path, "file,person,exclude\na,1,\nb,2,vertebroplasty\nc,3,vertebroplasty\nd,4,implant\n")
    )
    kept, left_out = without_excluded(rows)
    assert [row.file for row in kept] == ["a"]
    assert left_out == {"vertebroplasty": 2, "implant": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,sex\na,F\n", "no column person"),
        ("file,person\n", "no rows"),
        ("file,person\na,\n", "Line 2 of .*person is empty"),
        ("file,person,sex\na,1,female\n", "Line 2 of .*sex is 'female' and must be one of F, M"),
        ("file,person,age_years\na,1,60\nb,2,old\n", "Line 3 of .*age_years is 'old'"),
        ("file,person,age_years\na,1,nan\n", "age_years is 'nan'"),
        ("file,person,bmd_l1_g_cm2\na,1,950\n", "must lie between 0.1 and 3 g/cm2"),
        ("file,person,split\na,1,validation\n", "must be one of train, tune, calibrate, test"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_manifest(manifest(tmp_path, text))


def test_a_missing_or_binary_manifest_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_manifest(tmp_path / "manifest.csv")
    (tmp_path / "manifest.csv").write_bytes(b"\xff\xfe\x00\x01" * 50)
    with pytest.raises(DataError, match="not a table"):
        read_manifest(tmp_path / "manifest.csv")
