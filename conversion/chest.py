"""The chest's way from a trained run to a bundle: two graphs, int8, its gate, golden inputs, manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conversion.bmd_manifest import stated
from conversion.calibrate import Values
from conversion.chest_forms import (
    Answered,
    Form,
    answered,
    onnx_form,
    regions,
    torch_form,
)
from conversion.chest_graphs import LandmarkGraph, RegionGraph, onnx_of
from conversion.chest_run import ChestRun, true_landmarks
from conversion.errors import ConversionError
from conversion.export import quantized
from conversion.golden import golden_pictures
from conversion.manifest_parts import square_input
from conversion.seen import each_seen, seen
from desktop.clinical.chest import LANDMARKS, REGIONS
from desktop.clinical.lumbar import GROUP
from desktop.imaging.radiograph import View
from desktop.models import chest_manifest
from desktop.models.chest_bundle import LANDMARK_OUTPUTS
from desktop.models.golden import golden_radiograph
from training.landmarks.contradiction import most_contradiction

LANDMARK_FILE, REGION_FILE = "landmarks.onnx", "regions.onnx"
RANGE_PICTURES = 200
R_DROP_LIMIT, LANDMARK_LIMIT_MM = 0.005, 0.5
"""What int8 may cost: of the mean R of L1 to L4, and of the landmarks' places on average."""
EXPORT_R_LIMIT, EXPORT_LIMIT_MM = 0.0005, 0.05
DRIFT_LIMIT_G_CM2, DRIFT_LIMIT_SHARE = 0.005, 0.003
"""For the self-test, on one computer against another."""


@dataclass(frozen=True, eq=False)
class ConvertedChest:
    """The three forms of both networks, and what each, the whole way on its own, answers."""

    run: ChestRun
    forms: dict[str, Form]
    int8_files: dict[str, bytes]

    @cached_property
    def test(self) -> dict[str, Answered]:
        """What each form says of the test part."""
        return self._answered("test", self.forms)

    @cached_property
    def calibrate(self) -> Answered:
        """What the shipped graphs say of the calibrate part."""
        return self._answered("calibrate", {"int8": self.forms["int8"]})["int8"]

    @property
    def int8_calibrate(self) -> dict[str, Values]:
        """BMD of the calibrate part, by the shipped graphs."""
        return self.run.by_site(self.calibrate.bmd_g_cm2)

    @property
    def framework_test(self) -> dict[str, Values]:
        """BMD of the test part, by the networks in torch."""
        return self.run.by_site(self.test["framework"].bmd_g_cm2)

    @property
    def float_test(self) -> dict[str, Values]:
        """BMD of the test part, by float ONNX."""
        return self.run.by_site(self.test["float"].bmd_g_cm2)

    @property
    def int8_test(self) -> dict[str, Values]:
        """BMD of the test part, by the shipped graphs."""
        return self.run.by_site(self.test["int8"].bmd_g_cm2)

    @cached_property
    def true_landmarks(self) -> NDArray[np.float64]:
        """Landmarks of the test part, shares of the square, [picture, landmark, (x, y)], NaN if unknown."""
        rows = self.run.rows("test")
        return np.array([true_landmarks(row, shape) for row, shape in zip(rows, self._shapes, strict=True)])

    @cached_property
    def side_mm(self) -> Values:
        """Side of each test picture's square; NaN where no spacing is known."""
        spacing_mm = [row.pixel_spacing_mm or np.nan for row in self.run.rows("test")]
        return np.array(spacing_mm) * np.array([max(shape) for shape in self._shapes])

    @property
    def _shapes(self) -> Sequence[tuple[int, int]]:
        return self.test["int8"].shapes

    def _answered(self, part: str, forms: dict[str, Form]) -> dict[str, Answered]:
        run = self.run
        return answered(forms, each_seen(run.rows(part), run.folder, run.square_px), run.region_px)


def convert_chest(run: ChestRun) -> ConvertedChest:
    """Export and quantize both networks; ConversionError where landmarks or BMD move too far."""
    import torch

    landmarks = LandmarkGraph(run.landmark_network)
    regions = RegionGraph(run.bmd_network, torch.tensor(run.shares))
    framework = torch_form(landmarks, regions)
    squares, crops = _range_pictures(run, framework)
    regions.set_average(torch.from_numpy(crops.astype(np.float32)))
    placed = onnx_of(landmarks, "image", (1, 1, run.square_px, run.square_px), LANDMARK_OUTPUTS)
    judged = onnx_of(regions, "regions", (1, len(REGIONS), run.region_px, run.region_px), ["bmd", "evidence"])
    files = {
        LANDMARK_FILE: quantized(placed, ({"image": _feed(each[None])} for each in squares)),
        REGION_FILE: quantized(judged, ({"regions": _feed(each)} for each in crops)),
    }
    forms = {
        "framework": framework,
        "float": onnx_form(placed, judged),
        "int8": onnx_form(files[LANDMARK_FILE], files[REGION_FILE]),
    }
    converted = ConvertedChest(run, forms, files)
    check_forms(converted)
    return converted


def check_forms(converted: ConvertedChest) -> None:
    """The gate: float ONNX is the network; int8 loses little of R, and moves landmarks little."""
    for form, most_r, most_mm in (
        ("float", EXPORT_R_LIMIT, EXPORT_LIMIT_MM),
        ("int8", R_DROP_LIMIT, LANDMARK_LIMIT_MM),
    ):
        lost = mean_r(converted, "framework") - mean_r(converted, form)
        if not lost <= most_r:
            raise ConversionError(
                f"{form} loses {lost:.4f} of the mean R of L1 to L4, more than {most_r:g}: "
                "this network cannot ship; train it longer, or with wider layers."
            )
        moved_mm = landmark_metrics(converted)[form].mean_change_mm
        if moved_mm is not None and not moved_mm <= most_mm:
            raise ConversionError(
                f"{form} moves landmarks by {moved_mm:.2f} mm on average, more than {most_mm:g}: "
                "this network cannot ship; train it longer, or with wider layers."
            )


def mean_r(converted: ConvertedChest, form: str) -> float:
    """Return the mean of Pearson's r of L1 to L4 on the test part."""
    true = converted.run.truth("test")
    found = converted.run.by_site(converted.test[form].bmd_g_cm2)
    return float(np.mean([np.corrcoef(true[site], found[site])[0, 1] for site in converted.run.sites]))


def landmark_metrics(converted: ConvertedChest) -> dict[str, chest_manifest.LandmarkMetrics]:
    """Return the landmarks' errors on the test part by form, None where no spacing is known."""
    side_mm = converted.side_mm[:, None]
    before = converted.test["framework"].landmarks
    found = {}
    for form, each in converted.test.items():
        off_mm = np.linalg.norm(each.landmarks - converted.true_landmarks, axis=2) * side_mm
        moved_mm = np.linalg.norm(each.landmarks - before, axis=2) * side_mm
        known, moved = off_mm[np.isfinite(off_mm)], moved_mm[np.isfinite(moved_mm)]
        found[form] = chest_manifest.LandmarkMetrics(
            pictures=len(off_mm),
            mean_mm=round(float(known.mean()), 3) if known.size else None,
            p95_mm=round(float(np.percentile(known, 95)), 3) if known.size else None,
            mean_change_mm=round(float(moved.mean()), 4) if moved.size and form != "framework" else None,
        )
    return found


def build_chest_manifest(
    converted: ConvertedChest, version: str
) -> tuple[chest_manifest.ChestManifest, dict[str, bytes]]:
    """Return the manifest, but for files and key, and the bundle's files by name."""
    run = converted.run
    pictures = golden_pictures(run, View.CHEST_FRONTAL, run.rows("test"), converted.int8_test[GROUP])
    manifest = chest_manifest.ChestManifest(
        **stated(converted, version),
        model=REGION_FILE,
        landmark_model=LANDMARK_FILE,
        input=square_input(run.square_px),
        regions=chest_manifest.RegionInput(
            name="regions",
            size_px=run.region_px,
            cut="upright_square_bilinear",
            intensity="0_to_255",
            polarity="bone_bright",
        ),
        accepts=(View.CHEST_FRONTAL,),
        landmark_metrics=landmark_metrics(converted),
        drift_limit_g_cm2=DRIFT_LIMIT_G_CM2,
        landmark_drift_limit=DRIFT_LIMIT_SHARE,
        most_contradiction=most_contradiction(converted.calibrate.contradiction),
        golden=tuple(_golden(converted, name, png) for name, png in pictures.items()),
    )
    return manifest, {**converted.int8_files, **pictures}


def _range_pictures(run: ChestRun, form: Form) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return squares and crops for the ranges of int8 and the average evidence: none of the test part."""
    seen_in_training = np.concatenate([run.parts["train"], run.parts["tune"]])
    spread = np.linspace(0, len(seen_in_training) - 1, min(RANGE_PICTURES, len(seen_in_training)), dtype=int)
    rows = [run.all_rows[k] for k in np.sort(seen_in_training[spread])]
    squares, crops = [], []
    for picture in each_seen(rows, run.folder, run.square_px):
        squares.append(picture.square)
        crops.append(regions(picture, form.landmarks(picture.square)[0], run.region_px))
    return np.array(squares), np.array(crops)


def _golden(converted: ConvertedChest, name: str, png: bytes) -> chest_manifest.ChestGolden:
    run = converted.run
    picture = seen(golden_radiograph(png), run.square_px)
    form = converted.forms["int8"]
    shares = form.landmarks(picture.square)[0].round(6)
    bmd = form.bmd(regions(picture, shares, run.region_px))
    return chest_manifest.ChestGolden(
        file=name,
        expected_g_cm2={site: round(float(value), 6) for site, value in zip(run.sites, bmd, strict=True)},
        expected_landmarks={
            each: (float(x), float(y)) for each, (x, y) in zip(LANDMARKS, shares, strict=True)
        },
    )


def _feed(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    return values[np.newaxis].astype(np.float32)
