from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from conversion.export import fold_scale, kept_in_float, name_by_place
from desktop.models.session import open_session

RANDOM = np.random.default_rng(7)
WEIGHTS = RANDOM.normal(0, 1, (2, 3, 3, 3)).astype(np.float32)


def scaled_convolution(tag: str = "", offset: float = 0.0) -> onnx.ModelProto:
    constants = {
        f"factor{tag}": np.array(1 / 255, np.float32),
        f"offset{tag}": np.array(offset, np.float32),
        f"weights{tag}": WEIGHTS,
    }
    factor, shift, weights = constants
    nodes = [
        helper.make_node("Mul", ["image", factor], [f"scaled{tag}"]),
        helper.make_node("Add", [f"scaled{tag}", shift], [f"shifted{tag}"]),
        helper.make_node("Conv", [f"shifted{tag}", weights], ["bmd"], pads=[1, 1, 1, 1]),
    ]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in {"image": [1, 3, 8, 8], "bmd": [1, 2, 8, 8]}.items()
    ]
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "scaled", values[:1], values[1:], stored)
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])


def answer(model: onnx.ModelProto) -> np.ndarray:
    image = np.random.default_rng(8).uniform(0, 255, (1, 3, 8, 8)).astype(np.float32)
    return open_session(model.SerializeToString(), threads=1).run(["bmd"], {"image": image})[0]


def test_folding_the_scale_changes_no_answer() -> None:
    model = scaled_convolution()
    before = answer(model)
    fold_scale(model.graph)
    assert [node.op_type for node in model.graph.node] == ["Conv"]
    assert len(model.graph.initializer) == 1
    np.testing.assert_allclose(answer(model), before, rtol=1e-4, atol=1e-5)


def test_an_offset_is_not_folded() -> None:
    model = scaled_convolution(offset=-0.5)
    fold_scale(model.graph)
    assert [node.op_type for node in model.graph.node] == ["Mul", "Add", "Conv"]


@pytest.mark.parametrize("fold", [True, False])
def test_names_do_not_depend_on_the_exporters_counters(fold: bool) -> None:
    written = []
    for tag in ("__17", "__99"):
        model = scaled_convolution(tag)
        if fold:
            fold_scale(model.graph)
        name_by_place(model.graph)
        answer(model)
        written.append(model.SerializeToString(deterministic=True))
    assert written[0] == written[1]


def test_what_standardises_and_the_head_stay_float() -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["mean"], name="mean"),
        helper.make_node("Sub", ["image", "mean"], ["centred"], name="centre"),
        helper.make_node("Conv", ["centred", "kernel"], ["read"], name="first"),
        helper.make_node("Relu", ["read"], ["positive"], name="first_relu"),
        helper.make_node("Conv", ["positive", "kernel"], ["again"], name="second"),
        helper.make_node("Conv", ["again", "kernel"], ["thrice"], name="third"),
        helper.make_node("Conv", ["thrice", "kernel"], ["convolved"], name="fourth"),
        helper.make_node("Relu", ["convolved"], ["features"], name="relu"),
        helper.make_node("GlobalAveragePool", ["features"], ["pooled"], name="pool"),
        helper.make_node("Add", ["pooled", "bias"], ["bmd"], name="add"),
        helper.make_node("Neg", ["features"], ["evidence"], name="map"),
    ]
    graph = helper.make_graph(nodes, "network", [], [])
    assert kept_in_float(graph) == ["mean", "centre", "first", "first_relu", "pool", "add"]


def test_a_convolution_that_reads_grey_levels_goes_to_int8() -> None:
    nodes = [helper.make_node("Conv", ["image", "kernel"], ["features"], name="conv")]
    assert kept_in_float(helper.make_graph(nodes, "network", [], [])) == []


def test_a_convolution_that_reads_maps_out_belongs_to_the_head() -> None:
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["convolved"], name="first"),
        helper.make_node("Relu", ["convolved"], ["features"], name="relu"),
        helper.make_node("Conv", ["features", "kernel"], ["maps"], name="readout"),
        helper.make_node("Mul", ["maps", "sharpness"], ["sharp"], name="sharpen"),
        helper.make_node("Relu", ["sharp"], ["positive"], name="in_the_head"),
    ]
    graph = helper.make_graph(nodes, "network", [], [])
    assert kept_in_float(graph) == ["readout", "sharpen", "in_the_head"]
