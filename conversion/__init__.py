"""Turns a trained run into a checked, quantized, signed ONNX bundle."""
