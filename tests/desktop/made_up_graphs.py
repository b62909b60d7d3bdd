"""Tiny ONNX graphs whose answers a test can work out: of a BMD model, of the gate, of the chest model."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.clinical.chest import LANDMARKS
from desktop.imaging.radiograph import View

SIZE_PX = 32


def model(nodes, constants, inputs, outputs) -> bytes:
    """Return an ONNX file; nodes: (operator, inputs, output, attributes); values by name, shapes alike."""
    pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    made = [helper.make_node(kind, takes, [gives], **how) for kind, takes, gives, how in nodes]
    shapes = inputs | outputs
    values = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, s) for name, s in shapes.items()}
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(
        made, "made_up", [values[name] for name in inputs], [values[name] for name in outputs], weights
    )
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, ir_version=10, opset_imports=opset).SerializeToString()


_MEAN = {"axes": [1, 2, 3], "keepdims": 0}
_COLUMN = np.array([-1, 1], np.int64)


def _bmd_nodes(picture: str) -> tuple[list, dict]:
    """BMD rises from L1 to L4 and with mean brightness: 0.5 for black, 1.1 for white, at L1."""
    nodes = [
        ("ReduceMean", [picture], "mean", _MEAN),
        ("Reshape", ["mean", "column"], "mean_column", {}),
        ("MatMul", ["mean_column", "slope"], "rise", {}),
        ("Add", ["rise", "start"], "bmd", {}),
    ]
    start = np.array([[0.50, 0.52, 0.54, 0.56]], np.float32)
    return nodes, {"slope": np.full((1, 4), 0.6 / 255, np.float32), "start": start, "column": _COLUMN}


def bmd_graph() -> bytes:
    nodes, constants = _bmd_nodes("image")
    nodes += [("ReduceMean", ["image"], "evidence", {"axes": [1], "keepdims": 0})]
    outputs = {"bmd": ["n", 4], "evidence": ["n", SIZE_PX, SIZE_PX]}
    return model(nodes, constants, {"image": ["n", 3, SIZE_PX, SIZE_PX]}, outputs)


GATE_VIEWS = (View.DXA_SPINE, View.LUMBAR_LATERAL, View.CHEST_FRONTAL, View.OTHER)


def gate_graph() -> bytes:
    """From black to white the four views follow each other; left brighter than right is a negative."""
    places = np.array([[0.125, 0.375, 0.625, 0.875]], np.float32) * 255
    sides = np.where(np.arange(SIZE_PX) < SIZE_PX / 2, 1, -1).astype(np.float32)
    constants = {"places": places, "steep": np.float32(-0.01), "sides": sides, "column": _COLUMN}
    nodes = [
        ("ReduceMean", ["image"], "mean", _MEAN),
        ("Reshape", ["mean", "column"], "level", {}),
        ("Sub", ["level", "places"], "apart", {}),
        ("Mul", ["apart", "apart"], "squared", {}),
        ("Mul", ["squared", "steep"], "view", {}),
        ("Mul", ["image", "sides"], "signed", {}),
        ("ReduceMean", ["signed"], "tilt", _MEAN),
        ("Reshape", ["tilt", "column"], "inverted", {}),
    ]
    outputs = {"view": ["n", 4], "inverted": ["n", 1]}
    return model(nodes, constants, {"image": ["n", 3, SIZE_PX, SIZE_PX]}, outputs)


def chest_shares() -> dict[str, tuple[float, float]]:
    """Landmarks of an upright adult chest, shares of a square picture's side."""
    points = {"cervical_spine": (0.5, 0.25), "t12": (0.5, 0.7)}
    for side, sign in (("right", -1), ("left", 1)):
        for part, across, down in (("medial", 0.02, 0.32), ("middle", 0.12, 0.31), ("lateral", 0.25, 0.29)):
            points[f"{side}_clavicle_{part}"] = (0.5 + sign * across, down)
        for number in (1, 2, 3, 4):
            points[f"{side}_rib_{number}"] = (0.5 + sign * (0.17 + 0.02 * number), 0.3 + 0.08 * number)
    return {name: points[name] for name in LANDMARKS}


def landmark_graph() -> bytes:
    """The landmarks of `chest_shares`, whatever the picture shows; spots are the same."""
    shares = np.array([list(chest_shares().values())], np.float32)
    nodes = [
        ("ReduceMean", ["image"], "mean", {"axes": [1, 2, 3], "keepdims": 1}),
        ("Squeeze", ["mean", "axis"], "level", {}),
        ("Mul", ["level", "nothing"], "none", {}),
        ("Add", ["shares", "none"], "landmarks", {}),
        ("Identity", ["landmarks"], "spots", {}),
    ]
    constants = {"shares": shares, "nothing": np.float32(0.0), "axis": np.array([3], np.int64)}
    outputs = {"landmarks": [1, 16, 2], "spots": [1, 16, 2]}
    return model(nodes, constants, {"image": [1, 1, SIZE_PX, SIZE_PX]}, outputs)


def region_graph() -> bytes:
    """A place's part is how much brighter it is than mid-grey, of the chest's twice that."""
    nodes, constants = _bmd_nodes("regions")
    half = SIZE_PX // 2
    nodes += [
        ("AveragePool", ["regions"], "places", {"kernel_shape": [half, half], "strides": [half, half]}),
        ("Sub", ["places", "middle"], "brighter", {}),
        ("Mul", ["brighter", "weights"], "evidence", {}),
    ]
    weights = np.array([1, 1, 1, 1, 1, 1, 2], np.float32).reshape(7, 1, 1) / 255
    constants |= {"middle": np.float32(128), "weights": weights}
    outputs = {"bmd": [1, 4], "evidence": [1, 7, 2, 2]}
    return model(nodes, constants, {"regions": [1, 7, SIZE_PX, SIZE_PX]}, outputs)
