"""How far from their limits chests lie, and how many pictures the checks of landmarks refuse.

`python -m conversion.chest_anatomy --data DATA --out PAGE` measures the landmarks that phantoms have, and
those that the shipped model puts on phantoms and on real pictures, upright, turned and as negatives. The real
ones are the folder chest of TRABECULA_REAL_IMAGES, by default ../shared/data/real, used for testing only.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.chest import LANDMARKS
from desktop.clinical.chest_anatomy import LIMITS, contradiction, measures, nonsense
from desktop.clinical.limits import broken_limit
from desktop.imaging.polarity import turned
from desktop.imaging.radiograph import PixelSpacing, Radiograph
from desktop.imaging.readers import read_radiograph
from desktop.models import ChestBundle, load_installed
from desktop.models.chest_bundle import in_pixels
from training.chest_multi_roi.real_chests import PIXEL_MM
from training.data.manifest import Row, read_manifest, without_excluded
from training.real_pictures import real_folder

FAMILY = "chest_multi_roi"
PICTURES = 200
Change = Callable[[Radiograph], Radiograph]


@dataclass(frozen=True)
class Placed:
    """What the checks see of one picture: measures, why it would be refused, how far its spots contradict."""

    measures: Mapping[str, float]
    reason: str | None
    contradiction: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.chest_anatomy", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and its pictures")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = real_folder("chest")
    bundle = load_installed(threads=1).by_family.get(FAMILY)
    if not folder.is_dir() or not isinstance(bundle, ChestBundle):
        parser.error(f"it needs {folder} and an installed {FAMILY}")
    rows, _ = without_excluded(read_manifest(chosen.data / "manifest.csv"))
    unseen = [row for row in rows if row.split == "test"][:PICTURES]
    phantoms = [read_radiograph(chosen.data / row.file) for row in unseen]
    spacing = PixelSpacing(PIXEL_MM, PIXEL_MM, "nominal")
    chests = [replace(read_radiograph(each), spacing=spacing) for each in sorted(folder.glob("*.png"))]
    groups = {"phantoms": phantoms, "real": chests}
    upright = {name: [placed(bundle, each) for each in found] for name, found in groups.items()}
    page = [*_ranges(true_landmarks(rows), upright), *_refusals(bundle, groups)]
    chosen.out.write_text("\n".join(page) + "\n", encoding="utf-8")
    return 0


def true_landmarks(rows: Sequence[Row]) -> list[Placed]:
    """Return what the checks see of the true landmarks of rows that have all of them."""
    whole = [row for row in rows if set(LANDMARKS) <= set(row.points)]
    found = [_measured(row.points, row.pixel_spacing_mm) for row in whole]
    return [Placed(each, broken_limit(dict(each), LIMITS)) for each in found]


def placed(bundle: ChestBundle, radiograph: Radiograph) -> Placed:
    """Return what the checks see of a picture by the model's landmarks."""
    square = bundle.square(radiograph)
    shares, spots = bundle.landmarks_and_spots(square)
    spacing = radiograph.spacing
    pixel_mm = (spacing.column_mm, spacing.row_mm) if spacing else None
    points = in_pixels(shares, radiograph)
    found = _measured(points, spacing.row_mm if spacing else None)
    return Placed(found, nonsense(points, radiograph.pixels.shape, pixel_mm), contradiction(shares, spots))


def _measured(points: Mapping[str, tuple[float, float]], pixel_mm: float | None) -> Mapping[str, float]:
    scaled = {name: np.array(points[name]) * (pixel_mm or 1.0) for name in LANDMARKS}
    return measures(scaled, in_mm=pixel_mm is not None)


def _ranges(true: Sequence[Placed], found: Mapping[str, Sequence[Placed]]) -> Iterator[str]:
    refused = sum(each.reason is not None for each in true)
    yield "# Landmarks of chests against the limits of their sense\n"
    yield f"Of {len(true)} phantoms {refused} have true landmarks outside of a limit.\n"
    yield "| measure | from | to | true, 0.1 % | 99.9 % | found, least | most | found, real, least | most |"
    yield "| --- |" + " ---: |" * 8
    for name, limits in LIMITS.items():
        columns = [
            *np.percentile(_values(true, name), (0.1, 99.9)),
            *np.percentile(_values(found["phantoms"], name), (0, 100)),
            *np.percentile(_values(found["real"], name), (0, 100)),
        ]
        cells = " | ".join(f"{each:.3g}" for each in (limits.low, limits.high, *columns))
        yield f"| {limits.words}{limits.unit and f' ({limits.unit.strip()})'} | {cells} |"


def _values(placements: Sequence[Placed], name: str) -> NDArray[np.float64]:
    return np.array([each.measures[name] for each in placements if name in each.measures])


def _refusals(bundle: ChestBundle, groups: Mapping[str, Sequence[Radiograph]]) -> Iterator[str]:
    limit = bundle.manifest.most_contradiction
    yield "\n# Pictures that the checks refuse, without the gate\n"
    yield f"Landmarks and their spots may lie {100 * limit:.2f} % apart, the median, of the square's side.\n"
    yield "| picture | n | off their spots | senseless | refused | off, median % | most |"
    yield "| --- |" + " ---: |" * 6
    changes: Mapping[str, Change] = {
        "upright": lambda picture: picture,
        "turned by 90": lambda picture: _turned(picture, 1),
        "turned by 180": lambda picture: _turned(picture, 2),
        "turned by 270": lambda picture: _turned(picture, 3),
        "mirrored": lambda picture: replace(picture, pixels=picture.pixels[:, ::-1].copy()),
        "negative": turned,
    }
    for how, change in changes.items():
        for name, pictures in groups.items():
            found = [placed(bundle, change(each)) for each in pictures]
            off = np.array([each.contradiction for each in found])
            senseless = np.array([each.reason is not None for each in found])
            counts = (len(found), (off > limit).sum(), senseless.sum(), (senseless | (off > limit)).sum())
            shares = (f"{100 * each:.2f}" for each in (np.median(off), off.max()))
            yield f"| {name}, {how} | " + " | ".join([*map(str, counts), *shares]) + " |"


def _turned(picture: Radiograph, quarters: int) -> Radiograph:
    return replace(picture, pixels=np.rot90(picture.pixels, quarters).copy())


if __name__ == "__main__":
    raise SystemExit(main())
