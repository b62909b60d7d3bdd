"""A graph in OpenVINO, asked as a session of ONNX Runtime is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OpenVino:
    """One compiled graph."""

    request: Any

    def run(self, names: list[str], feeds: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Return the outputs in the order of `names`."""
        found = self.request.infer(dict(feeds))
        return [found[name] for name in names]


def in_openvino(graph: bytes, threads: int) -> OpenVino:
    """Return the graph compiled for this processor, in float32."""
    import openvino

    core = openvino.Core()
    # without f32 it computes in bfloat16 where the processor can, which is no float any more
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    settings["INFERENCE_PRECISION_HINT"] = "f32"
    return OpenVino(core.compile_model(core.read_model(graph), "CPU", settings).create_infer_request())
