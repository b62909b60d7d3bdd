"""The ways to run one network that are compared; each answers a square tensor with BMD as a bundle does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench.open_vino import in_openvino
from desktop.models.session import open_session

if TYPE_CHECKING:
    import keras

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""From uint8 [row, column, RGB] to BMD, g/cm2 [site]."""


def contestants(model: keras.Model, float_model: bytes, int8_model: bytes, threads: int) -> dict[str, Answer]:
    """Return each way by name; TensorFlow's own threads must have been set before."""
    return {
        "shipped: ONNX Runtime int8": _onnx(int8_model, threads),
        "Keras predict": _predict(model),
        "tf.function": _function(model),
        "ONNX Runtime float": _onnx(float_model, threads),
        "OpenVINO float": _openvino(float_model, threads),
        "OpenVINO int8": _openvino(int8_model, threads),
    }


def _onnx(graph: bytes, threads: int) -> Answer:
    session = open_session(graph, threads=threads)
    return lambda tensor: session.run(["bmd"], {"image": _planes(tensor)})[0][0]


def _predict(model: keras.Model) -> Answer:
    return lambda tensor: model.predict(tensor[np.newaxis].astype(np.float32), verbose=0)["bmd"][0]


def _function(model: keras.Model) -> Answer:
    import tensorflow as tf

    graph = tf.function(lambda image: model(image, training=False))
    return lambda tensor: graph(tf.constant(tensor[np.newaxis], tf.float32))["bmd"].numpy()[0]


def _openvino(graph: bytes, threads: int) -> Answer:
    opened = in_openvino(graph, threads)
    return lambda tensor: opened.run(["bmd"], {"image": _planes(tensor)})[0][0]


def _planes(tensor: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)
