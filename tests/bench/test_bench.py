from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from bench import start
from bench.network import Told, Way, _picture
from bench.rounds import medians
from bench.work import gflop, stages
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
    seconds = medians({name: lambda name=name: asked.append(name) for name in "abc"}, rounds=4)
    assert set(seconds) == set("abc")
    for k in range(0, len(asked), 3):
        assert sorted(asked[k : k + 3]) == ["a", "b", "c"]


def small_graph() -> bytes:
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["picture", "filters"], ["maps"], pads=[1, 1, 1, 1]),
            helper.make_node("GlobalAveragePool", ["maps"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["features"]),
            helper.make_node("MatMul", ["features", "weights"], ["answer"]),
        ],
        "small",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["cases", 3, 8, 8])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, ["cases", 5])],
        [
            numpy_helper.from_array(np.zeros((4, 3, 3, 3), np.float32), "filters"),
            numpy_helper.from_array(np.zeros((4, 5), np.float32), "weights"),
        ],
    )
    return helper.make_model(graph).SerializeToString()


def test_the_work_of_a_graph_is_that_of_its_convolutions_and_products() -> None:
    assert 1e9 * gflop(small_graph()) == pytest.approx(2 * (4 * 8 * 8 * 3 * 3 * 3 + 4 * 5))


def test_only_what_runs_a_graph_has_a_share_of_the_peak() -> None:
    found = stages({"cutting": lambda: None, "graph": lambda: None}, {"graph": small_graph()}, rounds=2)
    assert found["cutting"][1] is None
    assert found["graph"][1] > 0


def test_both_windows_paint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "STARTS", 1)
    seconds = start.starts()
    assert 0 < seconds["bare"] < 60
    assert 0 < seconds["program"] < 60
