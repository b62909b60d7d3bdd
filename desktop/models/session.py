"""ONNX Runtime sessions over bytes that were verified."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from desktop.errors import BundleError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions

MOST_THREADS = 4
SLOWING = {"QDQPropagationTransformer"}
"""Moves rounding to int8 before a pooling: the same answers, but a chest's regions take 1.5 times as long."""

# ONNX Runtime reports its use to Microsoft and keeps a number for the device in the user's cache, unless
# this is set before it is imported. A clinic's program sends nothing.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def open_session(model: bytes, *, threads: int = 0, in_float: bool = False) -> InferenceSession:
    """Return a session on the CPU over the bytes of an ONNX file; BundleError where it does not open.

    threads: of one inference; 0 takes one a core, at most four.
    in_float: compute the int8 graph in float, for a CPU whose int8 drifts.
    """
    import onnxruntime as ort
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    try:
        return ort.InferenceSession(
            model,
            _options(threads, in_float),
            providers=["CPUExecutionProvider"],
            disabled_optimizers=SLOWING,
        )
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.RuntimeException) as error:
        raise BundleError("Its graph does not open in ONNX Runtime; reinstall the model.") from error


def _options(threads: int, in_float: bool) -> SessionOptions:
    import onnxruntime as ort

    options = ort.SessionOptions()
    # never left to ONNX Runtime, which would pin its threads and complain where that is not allowed
    options.intra_op_num_threads = threads or min(os.cpu_count() or 1, MOST_THREADS)
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    # threads wait awake for each other within an inference, and sleep after it
    options.add_session_config_entry("session.force_spinning_stop", "1")
    if in_float:
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    return options
