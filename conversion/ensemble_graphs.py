"""One ONNX graph of an ensemble: networks in int8; forest, stack and evidence in float behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, numpy_helper

from conversion.export import OPSET, Feed, float_onnx, quantized
from desktop.models.ensemble_manifest import MEMBERS, OUTPUTS, SURE

if TYPE_CHECKING:
    import keras

    from training.stacked_ensemble.forest import FeatureForest
    from training.stacked_ensemble.forest_evidence import ForestMap
    from training.stacked_ensemble.level1 import Stack
    from training.stacked_ensemble.run_files import Ensemble

OPSETS = {"": OPSET, "ai.onnx.ml": 3}
IR_VERSION = 10
Strips = NDArray[np.uint8]


def networks_onnx(ensemble: Ensemble) -> bytes:
    """Return the three networks as one graph in float, from `image` [n, 1, row, column] in 0..255."""
    return float_onnx(_networks(ensemble))


def networks_int8(networks: bytes, strips: Strips) -> bytes:
    """Return that graph with its convolutions in int8; strips set the ranges: none of the test part's."""
    return quantized(networks, _feeds(strips))


def whole_graph(networks: bytes, ensemble: Ensemble) -> bytes:
    """Return `networks` with the forest, the stack, and the evidence of all behind it, in float."""
    model = onnx.load_from_string(networks)
    graph = model.graph
    maps = {name: ensemble.networks[name].output["evidence"].shape[1:] for name in MEMBERS[:-1]}
    maps[MEMBERS[-1]] = np.shape(ensemble.forest_map.constants)
    del graph.output[:]
    _append_forest(graph, ensemble.forest)
    _append_stack(graph, ensemble.stack)
    _append_forest_map(graph, ensemble.forest_map)
    _append_evidence(graph, maps)
    finest = [max(sides) for sides in zip(*maps.values(), strict=True)]
    shapes = ([len(MEMBERS) + 1, 2], [len(MEMBERS)], [len(maps), *finest])
    for name, shape in zip(OUTPUTS, shapes, strict=True):
        graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape]))
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(*each) for each in OPSETS.items())
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model.SerializeToString()


def _networks(ensemble: Ensemble) -> keras.Model:
    import keras

    shape = next(iter(ensemble.networks.values())).input.shape[1:]
    image = keras.Input(shape, name="image")
    answers = {name: network(image) for name, network in ensemble.networks.items()}
    *others, last = MEMBERS
    outputs = {name: answers[name]["probabilities"] for name in others}
    outputs |= {f"{name}_evidence": answers[name]["evidence"] for name in others}
    outputs |= {name: answers[last][name] for name in ("features", "finer")}
    return keras.Model(image, outputs, name="networks")


def _feeds(strips: Strips) -> Iterator[Feed]:
    for strip in strips:
        yield {"image": strip[np.newaxis, np.newaxis].astype(np.float32)}


def _append_forest(graph: onnx.GraphProto, forest: FeatureForest) -> None:
    """Append scaling, PCA and trees, from `features` to the forest's `resnet_forest` [n, class]."""
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    pipeline = forest.pipeline
    made = to_onnx(
        pipeline,
        initial_types=[("chosen", FloatTensorType([None, len(forest.columns)]))],
        options={id(pipeline): {"zipmap": False}},
        target_opset=OPSETS,
    )
    part = compose.add_prefix(made, "forest_").graph
    _node(
        graph, "Gather", ["features", _constant(graph, "columns", forest.columns)], part.input[0].name, axis=1
    )
    for output in [node.output for node in part.node]:
        output[:] = [MEMBERS[-1] if name == "forest_probabilities" else name for name in output]
    graph.node.extend(_needed(list(part.node), MEMBERS[-1]))
    graph.initializer.extend(part.initializer)


def _needed(nodes: list[onnx.NodeProto], wanted: str) -> list[onnx.NodeProto]:
    """Return those of sorted nodes that `wanted` follows from: nobody asks for the forest's label."""
    names, kept = {wanted}, []
    for node in reversed(nodes):
        if not names.isdisjoint(node.output):
            kept.append(node)
            names.update(node.input)
    return kept[::-1]


def _append_stack(graph: onnx.GraphProto, stack: Stack) -> None:
    """Append level 1: `logits` [n, member or stack, 2] and `shares` [n, member]."""
    _node(graph, "Concat", list(MEMBERS), "side_by_side", axis=1)
    _node(graph, "Reshape", ["side_by_side", _constant(graph, "by_member", [-1, len(MEMBERS), 3])], "members")
    bounds = [_constant(graph, f"clip_{k}", np.float32(each)) for k, each in enumerate((SURE, 1 - SURE))]
    _node(graph, "Clip", ["members", *bounds], "unsure")
    _node(graph, "Log", ["unsure"], "logs")
    _node(graph, "Sub", [_constant(graph, "one", np.float32(1)), "unsure"], "rest")
    _node(graph, "Log", ["rest"], "logs_of_rest")
    of_class = [_class(graph, "logs", k) for k in range(3)]
    _node(graph, "Sub", [of_class[2], _class(graph, "logs_of_rest", 2)], "osteoporosis")
    _node(graph, "Sub", of_class[1::-1], "osteopenia")
    _node(graph, "Concat", ["osteoporosis", "osteopenia"], "member_logits", axis=2)
    axes = [_constant(graph, f"lower_{name}", [k]) for name, k in (("from", 1), ("to", 3), ("axis", 2))]
    _node(graph, "Slice", ["members", *axes], "lower_classes")
    _node(graph, "Reshape", ["lower_classes", _constant(graph, "in_a_row", [-1, 6])], "inputs")
    _logistic(graph, stack)
    _node(graph, "Concat", ["member_logits", "stack_logits"], "logits", axis=1)


def _logistic(graph: onnx.GraphProto, stack: Stack) -> None:
    two, three = np.array(stack.two.weights[0]), np.array(stack.three.weights)
    weights = np.stack([two, three[1] - three[0]], axis=1)
    constants = np.array([stack.two.constants[0], stack.three.constants[1] - stack.three.constants[0]])
    _node(graph, "MatMul", ["inputs", _constant(graph, "weights", weights.astype(np.float32))], "weighed")
    _node(graph, "Add", ["weighed", _constant(graph, "constants", constants.astype(np.float32))], "both")
    _node(graph, "Reshape", ["both", _constant(graph, "one_row", [-1, 1, 2])], "stack_logits")
    means = _constant(graph, "means", np.array(stack.two.means, np.float32))
    _node(graph, "Sub", ["inputs", means], "off_mean")
    _node(graph, "Mul", ["off_mean", _constant(graph, "weight_of_two", two.astype(np.float32))], "parts")
    _node(graph, "Reshape", ["parts", _constant(graph, "parts_by_member", [-1, len(MEMBERS), 2])], "of_each")
    _node(graph, "ReduceSum", ["of_each", _constant(graph, "last", [2])], "shares", keepdims=0)


def _append_forest_map(graph: onnx.GraphProto, forest_map: ForestMap) -> None:
    weights = np.array(forest_map.weights, np.float32)
    _node(graph, "MatMul", ["finer", _constant(graph, "map_weights", weights)], "map_weighed")
    constants = np.array(forest_map.constants, np.float32)
    given = _constant(graph, "map_constants", constants)
    _node(graph, "Add", ["map_weighed", given], f"{MEMBERS[-1]}_evidence")


def _append_evidence(graph: onnx.GraphProto, maps: dict[str, tuple[int, int]]) -> None:
    """Append `evidence` [n, member, row, column], all of the finest map's size and of their own sums."""
    rows, columns = (max(sides) for sides in zip(*maps.values(), strict=True))
    for name, (height, width) in maps.items():
        axis = _constant(graph, f"{name}_axis", [1])
        _node(graph, "Unsqueeze", [f"{name}_evidence", axis], f"{name}_map")
        scales = np.array([1, 1, rows / height, columns / width], np.float32)
        told = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        sizes = _constant(graph, f"{name}_scales", scales)
        _node(graph, "Resize", [f"{name}_map", "", sizes], f"{name}_fine", **told)
        share = _constant(graph, f"{name}_share", np.float32(height * width / (rows * columns)))
        _node(graph, "Mul", [f"{name}_fine", share], f"{name}_shared")
    _node(graph, "Concat", [f"{name}_shared" for name in maps], "evidence", axis=1)


def _class(graph: onnx.GraphProto, source: str, place: int) -> str:
    """Return the name of one class of [n, member, class], [n, member, 1]."""
    name = f"{source}_{place}"
    _node(graph, "Gather", [source, _constant(graph, f"{name}_place", [place])], name, axis=2)
    return name


def _node(graph: onnx.GraphProto, kind: str, takes: list[str], gives: str, **how: object) -> None:
    graph.node.append(helper.make_node(kind, takes, [gives], name=f"stack_{len(graph.node)}", **how))


def _constant(graph: onnx.GraphProto, name: str, value: object) -> str:
    array = np.asarray(value)
    array = array.astype(np.int64) if np.issubdtype(array.dtype, np.integer) else array
    graph.initializer.append(numpy_helper.from_array(array, f"stack_{name}"))
    return f"stack_{name}"
