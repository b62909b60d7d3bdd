"""The study of the gate on real pictures: its intervals, its page, and the real pictures themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from conversion.made_views import SHOWN, kinds_table, look_at_kinds
from conversion.real_views import Seen, balanced, look, page, wilson
from desktop.imaging.radiograph import View
from desktop.models import load_installed
from desktop.models.view_manifest import GateThresholds
from training.real_pictures import real_folder
from training.realism.pictures import real_pictures

VIEWS = tuple(View)


def seen(view: View, sure: float, negative: float = 0.01, wrong: int = 0) -> Seen:
    """Ten pictures of a view, `wrong` of them named as the next one."""
    shares = np.full((10, 5), (1 - sure) / 3)
    shares[:, VIEWS.index(view)] = sure
    shares[:wrong] = np.roll(shares[:wrong], 1, axis=1)
    shares[:, 4] = negative
    turned = shares.copy()
    turned[:, 4] = 1 - negative
    return Seen([f"{view}_{k}.png" for k in range(10)], shares, turned)


@pytest.fixture
def gate() -> Any:
    limits = GateThresholds(named_from=0.8, contradicted_from=0.95, doubted_below=0.5, inverted_from=0.97)
    return SimpleNamespace(
        manifest=SimpleNamespace(views=VIEWS, thresholds=limits),
        identity=SimpleNamespace(version="1.0.0", sha256="ab" * 32),
        contents={"model.onnx": b"0" * 2000},
    )


def test_the_page_counts_what_is_named_wrongly(gate: Any) -> None:
    views = {view: seen(view, 0.96, wrong=2 if view is View.DXA_SPINE else 0) for view in View}
    text = page(gate, views, ())
    assert "| balanced accuracy of the view (floor 90 %, aim 98 %) | 95.0% |" in text
    assert "| dxa_spine | 10 | 8 | 2 | 0 | 0 | 80.0% |" in text
    assert "| dxa_spine | 10 | 2 | 2 | 0 |" in text
    assert "- dxa_spine_0.png: lumbar_lateral at 96%" in text
    assert "| polarity seen, of their negatives | 100.0% |" in text


def test_a_gate_that_is_never_sure_refuses_nothing(gate: Any) -> None:
    text = page(gate, {view: seen(view, 0.6) for view in View}, ())
    assert "| chest_frontal | 0 | 0 | 0 | 0 |" in text
    assert "None was named wrongly." in text


@pytest.mark.parametrize(
    ("right", "count", "low", "high"), [(19, 19, 0.83, 1.0), (10, 20, 0.30, 0.70), (0, 10, 0.0, 0.28)]
)
def test_wilsons_interval(right: int, count: int, low: float, high: float) -> None:
    assert wilson(right, count) == pytest.approx((low, high), abs=0.01)


def test_each_view_weighs_the_same() -> None:
    value, low, high = balanced([np.ones(100, bool), np.arange(10) < 5])
    assert value == pytest.approx(0.75)
    assert low < 0.75 < high


def test_phantoms_are_counted_by_what_becomes_of_them(gate: Any) -> None:
    other, spine = VIEWS.index(View.OTHER), VIEWS.index(View.DXA_SPINE)
    shares = np.full((4, 5), 0.01)
    shares[0, other], shares[1, other], shares[2, spine], shares[3, spine] = 0.97, 0.7, 0.6, 0.9
    assert kinds_table(gate.manifest, {"hip_dxa": shares})[-1] == "| hip_dxa | 4 | 1 | 1 | 1 | 2 |"


@pytest.mark.training
def test_the_gate_looks_at_each_kind_and_is_sure_of_most() -> None:
    bundle = load_installed(threads=1).view_gate
    if bundle is None:
        pytest.skip("no gate is committed yet")
    seen = look_at_kinds(bundle, count=1)
    assert set(seen) == set(SHOWN)
    other = bundle.manifest.views.index(View.OTHER)
    right = [shares[:, :-1].argmax(axis=1) == other for shares in seen.values()]
    assert np.concatenate(right).mean() >= 0.7


@pytest.mark.real
@pytest.mark.parametrize(("view", "floor"), [(view, 0.85) for view in View])
def test_the_committed_gate_names_real_pictures(view: View, floor: float) -> None:
    bundle = load_installed(threads=1).view_gate
    if bundle is None or not (real_folder() / "views" / "index.csv").is_file():
        pytest.skip("no gate is committed yet, or no real pictures are here")
    shares = look(bundle, real_pictures(view.value)[:20]).shares[:, :-1]
    assert (shares.argmax(axis=1) == bundle.manifest.views.index(view)).mean() >= floor
