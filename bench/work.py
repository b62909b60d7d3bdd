"""How much arithmetic a graph asks for, how much this processor can do, and how much of that is reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from time import perf_counter

import numpy as np

from bench.rounds import medians

SIDE = 2048
_TRIES = 5


def gflop(graph: bytes) -> float:
    """Return the billions of multiplications and additions of one case's convolutions and products."""
    import onnx

    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(graph))
    values = [*model.graph.value_info, *model.graph.input, *model.graph.output]
    shapes = {
        value.name: [each.dim_value or 1 for each in value.type.tensor_type.shape.dim] for value in values
    }
    shapes |= {each.name: list(each.dims) for each in model.graph.initializer}
    total = 0
    for node in model.graph.node:
        if node.op_type == "Conv":
            total += prod(shapes[node.output[0]]) * prod(shapes[node.input[1]][1:])
        elif node.op_type in ("Gemm", "MatMul"):
            inner = shapes.get(node.input[0], [0])[-1]  # unknown behind a forest's scaling, and small
            total += prod(shapes.get(node.output[0], [0])) * inner
    return 2 * total / 1e9


def peak_gflop_s() -> float:
    """Return what a large product of float32 matrices reaches, with the threads that NumPy was given."""
    random = np.random.default_rng(1)
    one, other = (random.random((SIDE, SIDE), np.float32) for _ in range(2))
    best = float("inf")
    for _ in range(_TRIES):
        began = perf_counter()
        one @ other
        best = min(best, perf_counter() - began)
    return 2 * SIDE**3 / best / 1e9


def stages(
    tasks: Mapping[str, Callable[[], object]], graphs: Mapping[str, bytes], rounds: int
) -> dict[str, tuple[float, float | None]]:
    """Return each task's median seconds, and of those that run a graph the share of the peak it reaches."""
    peak = peak_gflop_s()
    return {
        name: (seconds, gflop(graphs[name]) / seconds / peak if name in graphs else None)
        for name, seconds in medians(tasks, rounds).items()
    }
