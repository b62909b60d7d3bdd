import json
from pathlib import Path

import pytest

from desktop.clinical.reference import DEFAULT_TABLE, default_table, load_tables, read_table
from desktop.clinical.scales import on_model_scale, sd_on_model_scale
from desktop.errors import SettingsError
from desktop.paths import assets_dir

LUNAR = {
    "name": "Clinic, GE Lunar",
    "scale": "GE Lunar",
    "source": "made up for this test",
    "young_adult": {"L1-L4": {"mean_g_cm2": 1.18, "sd_g_cm2": 0.12, "source": "made up for this test"}},
}


def _write(folder: Path, content: object, name: str = "clinic.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_the_shipped_table_says_what_its_source_says() -> None:
    table = default_table()
    young = table.young("L1-L4")
    assert young is not None
    assert (table.scale, young.mean_g_cm2, young.sd_g_cm2, young.derived) == ("Hologic", 1.064, 0.106, False)
    women = [(b.from_age_years, b.to_age_years, b.mean_g_cm2, b.sd_g_cm2) for b in table.bands("F")]
    assert women == [
        (21, 30, 1.064, 0.106),
        (31, 40, 1.065, 0.110),
        (41, 50, 1.056, 0.134),
        (51, 60, 0.993, 0.141),
        (61, 70, 0.952, 0.142),
        (71, 80, 0.902, 0.167),
    ]
    men = [(b.mean_g_cm2, b.sd_g_cm2) for b in table.bands("M")]
    assert men == [
        (1.057, 0.110),
        (1.042, 0.117),
        (1.051, 0.129),
        (1.053, 0.143),
        (1.070, 0.142),
        (1.068, 0.177),
    ]


def test_single_vertebrae_are_marked_derived() -> None:
    assert {site for site, norm in default_table().young_adult.items() if norm.derived} == {
        "L1",
        "L2",
        "L3",
        "L4",
    }


def test_without_a_site_folder_the_shipped_tables_are_all(tmp_path: Path) -> None:
    assert list(load_tables(tmp_path / "absent")) == [DEFAULT_TABLE]


def test_a_clinic_adds_a_table(tmp_path: Path) -> None:
    _write(tmp_path, LUNAR)
    assert set(load_tables(tmp_path)) == {DEFAULT_TABLE, "Clinic, GE Lunar"}


def test_another_makers_numbers_are_converted_to_the_models_scale(tmp_path: Path) -> None:
    norm = read_table(_write(tmp_path, LUNAR)).young("L1-L4")
    assert norm is not None
    # by hand: 0.9683 (1.18 - 1.100) / 1.0550 + 0.972 and 0.12 x 0.9683 / 1.0550
    assert norm.mean_g_cm2 == pytest.approx(1.04543, abs=1e-5)
    assert norm.sd_g_cm2 == pytest.approx(0.11014, abs=1e-5)


@pytest.mark.parametrize(("scale", "bmd"), [("Hologic", 0.972), ("GE Lunar", 1.100), ("Norland", 0.969)])
def test_each_makers_pivot_is_the_same_standardized_bmd(scale: str, bmd: float) -> None:
    assert on_model_scale(bmd, scale) == pytest.approx(0.972)  # type: ignore[arg-type]


def test_norland_sd_by_hand() -> None:
    assert sd_on_model_scale(0.1, "Norland") == pytest.approx(0.1 * 0.9743 / 1.0550)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "truncated"),
        (LUNAR | {"scale": "Acme"}, "Acme"),
        (LUNAR | {"extra": 1}, "extra"),
        (LUNAR | {"young_adult": {}}, "lack L1-L4"),
        (
            LUNAR | {"young_adult": {"L1-L4": {"mean_g_cm2": 1180, "sd_g_cm2": 0.1, "source": "x"}}},
            "mean_g_cm2",
        ),
        (LUNAR | {"young_adult": {"L1-L4": {"mean_g_cm2": 1.18, "sd_g_cm2": 0.1}}}, "source"),
        (LUNAR | {"young_adult": {"L5": {"mean_g_cm2": 1.18, "sd_g_cm2": 0.1, "source": "x"}}}, "L5"),
        (b"\xff\xfe".decode("latin-1"), "malformed"),
    ],
)
def test_a_faulty_table_is_named_with_its_fault(tmp_path: Path, content: object, says: str) -> None:
    path = _write(tmp_path, content)
    with pytest.raises(SettingsError, match=says) as caught:
        load_tables(tmp_path)
    assert str(path) in str(caught.value)


def test_overlapping_ages_are_refused(tmp_path: Path) -> None:
    band = {"from_age_years": 21, "to_age_years": 30, "mean_g_cm2": 1.1, "sd_g_cm2": 0.1, "source": "x"}
    path = _write(tmp_path, LUNAR | {"age_curve": {"F": [band, band]}})
    with pytest.raises(SettingsError, match="overlap"):
        read_table(path)


def test_a_table_may_not_take_the_name_of_another(tmp_path: Path) -> None:
    _write(tmp_path, LUNAR | {"name": DEFAULT_TABLE})
    with pytest.raises(SettingsError, match="a name of its own"):
        load_tables(tmp_path)


def test_a_copy_of_a_shipped_table_is_no_clash() -> None:
    assert list(load_tables(assets_dir() / "reference" / "tables")) == [DEFAULT_TABLE]


def test_the_example_of_the_documentation_is_a_table(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference_tables.md").read_text(encoding="utf-8")
    example = page.split("```json")[1].split("```")[0]
    table = read_table(_write(tmp_path, example))
    assert table.scale == "GE Lunar"
    assert table.band("F", 65) is not None


def test_a_table_that_vanished_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_table(tmp_path / "gone.json")
