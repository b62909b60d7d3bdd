"""What the conversion of an ensemble measured: conversion.json, tables, the reliability curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from conversion.class_calibrate import (
    OSTEOPOROSIS,
    calibration_error,
    draw_reliability,
    kept_share,
    reliability,
)
from conversion.ensemble import GATE_PICTURES, ConvertedEnsemble
from conversion.measure import auc, rates
from conversion.report import Table, by_form, outcomes, write_tables
from desktop.findings.outcome import CutOffs
from desktop.models.ensemble_manifest import MEMBERS, Calibration, EnsembleManifest, probabilities

MODELS = (*MEMBERS, "stack")
FIGURE = "reliability.png"


def write_ensemble_report(converted: ConvertedEnsemble, manifest: EnsembleManifest, run: Path) -> None:
    """Write conversion.json, conversion.md and reliability.png into `run`: figures of the test part."""
    by_model = {name: (manifest.members | {"stack": manifest.stack})[name] for name in MODELS}
    classes = converted.run.truth("test")
    positive = classes == OSTEOPOROSIS
    told = {
        name: probabilities(converted.int8_test[:, k], each)
        for k, (name, each) in enumerate(by_model.items())
    }
    probability = {name: each[:, OSTEOPOROSIS] for name, each in told.items()}
    kept = kept_share(told["stack"], classes, manifest.conformal)
    tables: dict[str, Table] = {
        "The stack by form": by_form(manifest.metrics),
        f"Float ONNX against the framework, {GATE_PICTURES} test pictures at most": _parity(converted),
        "AUC by form": _aucs(converted),
        "Outcomes": outcomes(converted.run.rows("test"), positive, probability["stack"], manifest),
        "Votes of the members, each by its own cut-offs": {
            name: rates(probability[name], positive, _cut_offs(by_model[name])) for name in MEMBERS
        },
        "Calibration of the probability of osteoporosis, before and after": {
            name: _calibration(_shares(converted.int8_test[:, k]), probability[name], positive)
            for k, name in enumerate(MODELS)
        },
        f"Classes kept at {manifest.conformal.level:.0%}, by true class": {
            name: {"kept": share} for name, share in kept.items()
        },
    }
    write_tables(tables, manifest, run)
    draw_reliability({name: reliability(each, positive) for name, each in probability.items()}, run / FIGURE)


def _calibration(before: np.ndarray, after: np.ndarray, positive: np.ndarray) -> dict[str, float]:
    """Return Brier scores and calibration errors of probabilities [picture], raw and by the model's curve."""
    found = {}
    for when, told in (("before", before), ("after", after)):
        found[f"brier_{when}"] = float(np.square(told - positive).mean())
        found[f"calibration_error_{when}"] = calibration_error(reliability(told, positive))
    return found


def _parity(converted: ConvertedEnsemble) -> dict[str, dict[str, float]]:
    """Return by model how far the probability of osteoporosis moves before any calibration, and log odds."""
    moved = np.abs(_shares(converted.float_test) - _shares(converted.framework_test))[:GATE_PICTURES]
    odds = np.abs(converted.float_test - converted.framework_test)[:GATE_PICTURES, :, 0]
    return {
        name: {
            "pictures": float(len(moved)),
            "median": float(np.median(each)),
            "within_1e-4": float((each <= 1e-4).mean()),
            "most": float(each.max()),
            "most_of_log_odds": float(of_odds.max()),
        }
        for name, each, of_odds in zip(MODELS, moved.T, odds.T, strict=True)
    }


def _shares(logits: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-logits[..., 0]))


def _aucs(converted: ConvertedEnsemble) -> dict[str, dict[str, float | None]]:
    positive = converted.run.truth("test") == OSTEOPOROSIS
    forms = {
        "framework": converted.framework_test,
        "float": converted.float_test,
        "int8": converted.int8_test,
    }
    return {
        form: {name: auc(positive, each[:, k, 0]) for k, name in enumerate(MODELS)}
        for form, each in forms.items()
    }


def _cut_offs(calibration: Calibration) -> CutOffs:
    return CutOffs(calibration.thresholds.lower, calibration.thresholds.upper)
