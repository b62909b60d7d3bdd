"""What the bundle leaves out, and that it leaves out nothing that it needs."""

from __future__ import annotations

import pytest

from installer.contents import is_wanted, without_orphans


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "onnxruntime/transformers/x.py",
        "openjpeg/tests/test_decode.py",
        "PySide6/Qt/translations/assistant_de.qm",
        "assets/reference/nhanes_spine_2017_2020.csv",
    ],
)
def test_what_a_clinic_never_runs_is_left_out(name: str) -> None:
    assert not is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "onnxruntime/capi/libonnxruntime_providers_shared.so",
        "_gdcm/libgdcmMSFF.so.3.2",
        "assets/samples/dxa_spine_01.dcm",
        "assets/reference/tables/hologic_nhanes_2005_2008.json",
    ],
)
def test_what_it_needs_stays(name: str) -> None:
    assert is_wanted(name)


def test_a_library_goes_with_the_plugin_that_needed_it() -> None:
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qxcb", "BINARY"),
        ("PySide6/Qt/lib/libQt6XcbQpa.so.6", "/xcbqpa", "BINARY"),
        ("libxcb.so.1", "/xcb", "BINARY"),
        ("libpango-1.0.so.0", "/pango", "BINARY"),
        ("libfribidi.so.0", "/fribidi", "BINARY"),
        ("libpython3.11.so.1.0", "/python", "BINARY"),
    ]
    linked = {"/qxcb": ["libQt6XcbQpa.so.6"], "/xcbqpa": ["libxcb.so.1"], "/pango": ["libfribidi.so.0"]}
    kept = {name for name, _, _ in without_orphans(entries, lambda path: linked.get(path, []))}
    assert kept == {entries[place][0] for place in (0, 1, 2, 5)}
