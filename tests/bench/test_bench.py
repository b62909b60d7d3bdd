from __future__ import annotations

import numpy as np
import pytest

from bench import start
from bench.network import Told, Way, _medians, _picture
from desktop.analysis.finding import find
from desktop.analysis.question import Question
from desktop.clinical.lumbar import GROUP, VERTEBRAE
from desktop.clinical.reference import default_table
from desktop.imaging.radiograph import Patient


def test_a_way_stands_in_for_a_bundle() -> None:
    way = Way(lambda tensor: np.full(4, tensor.shape[0] / 256, np.float32), Told(VERTEBRAE))
    finding = find(_picture(), way, Question(Patient(), default_table()))
    assert finding.bmd_g_cm2[GROUP].value == pytest.approx(1.0)


def test_each_round_asks_every_way_once() -> None:
    asked: list[str] = []
    seconds = _medians({name: lambda name=name: asked.append(name) for name in "abc"})
    assert set(seconds) == set("abc")
    for k in range(0, len(asked), 3):
        assert sorted(asked[k : k + 3]) == ["a", "b", "c"]


def test_both_windows_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "STARTS", 1)
    seconds = start.starts()
    assert 0 < seconds["bare"] < 60
    assert 0 < seconds["program"] < 60
