"""From a Keras network to ONNX: float first, then int8 where int8 is safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

if TYPE_CHECKING:
    import keras

OPSET = 17
IN_INT8 = ["Conv", "MaxPool", "Relu", "Clip", "Add"]
"""All else stays float: with pooling to one vector and head in int8, outputs were useless."""
HEADS = {"GlobalAveragePool", "ReduceMean", "Mul", "Reshape", "GridSample", "Softmax"}
"""Where, after a convolution, a head begins: it pools the maps, weighs them, or looks at points of them."""
Feed = dict[str, NDArray[np.float32]]


def float_onnx(model: keras.Model) -> bytes:
    """Return `model` as ONNX: input `image` float32 [n, RGB, row, column] in 0..255, outputs by their keys.

    Call it once a process: the exporter keeps up to 9 GB for large networks.
    """
    import tensorflow as tf
    import tf2onnx

    (image,) = model.inputs
    names = sorted(model.output)

    @tf.function(input_signature=[tf.TensorSpec(image.shape, tf.float32, name="image")])
    def answer(image: tf.Tensor) -> dict[str, tf.Tensor]:
        outputs = model(image, training=False)
        return {name: outputs[name] for name in names}

    graph, _ = tf2onnx.convert.from_function(
        answer, input_signature=answer.input_signature, opset=OPSET, inputs_as_nchw=["image"]
    )
    assert [output.name for output in graph.graph.output] == names
    fold_scale(graph.graph)
    name_by_place(graph.graph)
    return graph.SerializeToString()


def fold_scale(graph: onnx.GraphProto) -> None:
    """Move `image * factor + 0` into the weights of the convolution that follows, where the graph has that.

    Zero padding stays zero, so the answers are the same; int8 then holds a picture's grey levels exactly.
    """
    constants = {each.name: each for each in graph.initializer}
    consumers = {name: node for node in graph.node for name in node.input}
    scale, shift = consumers.get("image"), None
    if scale is not None and scale.op_type == "Mul":
        shift = consumers.get(scale.output[0])
    convolution = consumers.get(shift.output[0]) if shift is not None and shift.op_type == "Add" else None
    if scale is None or shift is None or convolution is None or convolution.op_type != "Conv":
        return
    factor, offset = (numpy_helper.to_array(constants[node.input[1]]) for node in (scale, shift))
    if factor.size > 1 or np.any(offset):
        return
    weights = constants[convolution.input[1]]
    scaled = numpy_helper.to_array(weights) * factor.reshape(())
    weights.CopyFrom(numpy_helper.from_array(scaled.astype(np.float32), weights.name))
    convolution.input[0] = "image"
    for node in (scale, shift):
        graph.node.remove(node)
        _drop_unused(graph, node.input[1])


def name_by_place(graph: onnx.GraphProto) -> None:
    """Rename values and nodes by their place, where the exporter's counters differ from run to run."""
    kept = {value.name for value in (*graph.input, *graph.output)}
    names = {output: output for output in kept} | {"": ""}
    for place, node in enumerate(graph.node):
        node.name = f"{node.op_type.lower()}_{place}"
        for each in (*node.input, *node.output):
            names.setdefault(each, f"value_{len(names)}")
        node.input[:] = [names[each] for each in node.input]
        node.output[:] = [names[each] for each in node.output]
    for initializer in graph.initializer:
        initializer.name = names.get(initializer.name, initializer.name)
    constants = sorted(graph.initializer, key=lambda each: each.name)
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(constants)


def _drop_unused(graph: onnx.GraphProto, name: str) -> None:
    used = any(name in node.input for node in graph.node)
    for each in [each for each in graph.initializer if each.name == name and not used]:
        graph.initializer.remove(each)


def int8_onnx(float_model: bytes, pictures: NDArray[np.uint8]) -> bytes:
    """Return `float_model` in int8, as `quantized` makes it.

    pictures: uint8 [picture, row, column, RGB] that set the ranges; never those of the test split.
    """
    return quantized(float_model, _feeds(pictures))


def quantized(float_model: bytes, feeds: Iterator[Feed]) -> bytes:
    """Return `float_model` with its convolutions in int8 (QDQ, per channel, range reduced for AVX2).

    feeds: the graph's inputs by name for each picture that sets the ranges; never of the test split.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Pictures(CalibrationDataReader):  # type: ignore[misc]
        def get_next(self) -> Feed | None:
            return next(feeds, None)

    with TemporaryDirectory() as folder:
        source, prepared, result = (Path(folder) / name for name in ("float.onnx", "pre.onnx", "int8.onnx"))
        source.write_bytes(float_model)
        quant_pre_process(source, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            result,
            Pictures(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=IN_INT8,
            nodes_to_exclude=kept_in_float(onnx.load(prepared).graph),
        )
        return result.read_bytes()


FLOAT_CONVOLUTIONS = 1
"""How many convolutions on a standardised picture stay float: in int8 that one moved L1-L4 by 0.004 g/cm2."""


def kept_in_float(graph: onnx.GraphProto) -> list[str]:
    """Return the names of the nodes that standardise the picture, read it so, or belong to a head.

    A standardised picture holds finer steps than eight bits, and the first convolution, on one channel, is no
    faster in int8. Where a convolution reads the picture itself, its grey levels fit eight bits exactly. A
    convolution that gives straight into a head reads maps out, and belongs to it.
    """
    convolutions: dict[str, int] = {}
    in_head: set[str] = set()
    names, read_by = [], _readers(graph)
    standardised = graph.node[0].op_type != "Conv"
    for node in graph.node:
        before = max((convolutions.get(name, 0) for name in node.input), default=0)
        passed = before + (node.op_type == "Conv")
        convolutions.update(dict.fromkeys(node.output, passed))
        heads = [node] if node.op_type != "Conv" else [each for out in node.output for each in read_by[out]]
        of_head = (passed > 0 and any(each.op_type in HEADS for each in heads)) or not in_head.isdisjoint(
            node.input
        )
        in_head.update(node.output if of_head else ())
        if of_head or passed == 0 or (standardised and passed <= FLOAT_CONVOLUTIONS):
            names.append(node.name)
    return names


def _readers(graph: onnx.GraphProto) -> dict[str, list[onnx.NodeProto]]:
    """Return which nodes read each value."""
    found = defaultdict(list)
    for node in graph.node:
        for name in node.input:
            found[name].append(node)
    return found


def _feeds(pictures: NDArray[np.uint8]) -> Iterator[Feed]:
    for picture in pictures:
        yield {"image": np.ascontiguousarray(picture.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)}
