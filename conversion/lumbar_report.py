"""What a conversion of the lateral lumbar model measured: conversion.json, tables, the reliability curve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conversion.class_calibrate import OSTEOPOROSIS, draw_reliability, kept_share, reliability
from conversion.report import Table, by_form, outcomes, write_tables
from desktop.findings.result import CLASSES
from desktop.models.lumbar_manifest import LumbarManifest

if TYPE_CHECKING:
    from conversion.lumbar import ConvertedLumbar

FIGURE = "reliability.png"


def write_lumbar_report(converted: ConvertedLumbar, manifest: LumbarManifest, run: Path) -> None:
    """Write conversion.json, conversion.md and reliability.png into `run`: figures of the test part."""
    classes, told = converted.classes("test"), converted.test("int8")
    judged = converted.all_test["int8"].found
    rows = [row for row, is_in in zip(converted.run.rows("test"), judged, strict=True) if is_in]
    positive, probability = classes == OSTEOPOROSIS, told[:, OSTEOPOROSIS]
    points = reliability(probability, positive)
    tables: dict[str, Table] = {
        "Classes by form": by_form(manifest.metrics),
        "Vertebra corners by form": by_form(manifest.landmark_metrics),
        "Judged": {"test": {"pictures": float(len(judged)), "L1 to L3 found": float(judged.sum())}},
        "Outcomes": outcomes(rows, positive, probability, manifest),
        "Classes told, by true class": _confusion(converted),
        f"Classes kept at {manifest.conformal.level:.0%}, by true class": {
            name: {"kept": share} for name, share in kept_share(told, classes, manifest.conformal).items()
        },
        "Reliability of the probability of osteoporosis": {
            f"bin {k}": {"told": mean, "came true": share, "pictures": float(count)}
            for k, (mean, share, count) in enumerate(points, start=1)
        },
    }
    write_tables(tables, manifest, run)
    draw_reliability({manifest.family: points}, run / FIGURE)


def _confusion(converted: ConvertedLumbar) -> Table:
    classes, told = converted.classes("test"), converted.test("int8").argmax(axis=1)
    return {
        true: {name: float(((classes == k) & (told == j)).sum()) for j, name in enumerate(CLASSES)}
        for k, true in enumerate(CLASSES)
    }
