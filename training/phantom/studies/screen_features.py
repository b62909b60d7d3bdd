"""Named features of a DXA screen that do not depend on its brightness, phantom or real."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from desktop.imaging.preprocess import without_drawing

Map = NDArray[np.float64]
Picture = NDArray[np.uint8]

SIDE_PX = 224
"""Features are taken at the size of the real screens."""
_COLOURED = 12

NAMES = {
    "soft_to_bone": "mean grey of soft tissue over that of bone",
    "bone_spread": "SD within the spine",
    "fine_soft": "noise under 1 px in soft tissue",
    "fine_bone": "noise under 1 px in the spine",
    "middle_soft": "structure of 1.5 to 4 px in soft tissue",
    "middle_bone": "structure of 1.5 to 4 px in the spine",
    "coarse_soft": "structure over 4 px in soft tissue",
    "coarse_bone": "structure over 4 px in the spine",
    "black": "share of soft tissue shown black",
    "white": "share of the spine shown white",
    "width": "width of the spine over that of the picture",
    "along_rows": "correlation of neighbours 2 px apart along rows, in the spine",
    "along_columns": "the same along columns",
    "period": "SD of the spine's profile from vertebra to disc",
    "edge": "steepness of the spine's edge",
}
"""What each feature is; spreads and structures are in units of bone less soft tissue."""


def screen_features(picture: Picture) -> dict[str, float]:
    """Return the features of a uint8 picture, grey or RGB [row, column]; drawn lines are left out."""
    grey, drawn = _without_lines(picture)
    half = slice(int(0.3 * SIDE_PX), int(0.8 * SIDE_PX)), slice(int(0.1 * SIDE_PX), int(0.9 * SIDE_PX))
    grey, drawn = grey[half], drawn[half]
    spine = _spine(grey)
    core = ndimage.binary_erosion(spine, iterations=4) & ~drawn
    soft = ~ndimage.binary_dilation(_bright(grey), iterations=5) & ~drawn
    contrast = grey[core].mean() - grey[soft].mean()
    bands = {"fine": grey - _smooth(grey, 1), "middle": _smooth(grey, 1.5) - _smooth(grey, 4)}
    bands["coarse"] = _smooth(grey, 4)
    found = {
        f"{band}_{where}": float(values[mask].std() / contrast)
        for band, values in bands.items()
        for where, mask in (("soft", soft), ("bone", core))
    }
    return {name: (found | _others(grey, spine, core, soft, contrast))[name] for name in NAMES}


def _others(grey: Map, spine: Map, core: Map, soft: Map, contrast: float) -> dict[str, float]:
    residue = np.where(core, grey - _smooth(grey, 3), 0.0)
    power = (residue**2).sum()
    columns = spine.sum(axis=0) > spine.shape[0] / 2
    profile = grey[:, columns].mean(axis=1) if columns.any() else grey.mean(axis=1)
    rim = ndimage.binary_dilation(spine, iterations=2) & ~ndimage.binary_erosion(spine, iterations=2)
    slope = np.abs(ndimage.gaussian_filter(grey, 1, order=(0, 1)))
    return {
        "soft_to_bone": float(grey[soft].mean() / grey[core].mean()),
        "bone_spread": float(grey[core].std() / contrast),
        "black": float((grey[soft] < 4).mean()),
        "white": float((grey[core] > 250).mean()),
        "width": float(spine.sum(axis=1).mean() / SIDE_PX),
        "along_rows": float((residue[:, 2:] * residue[:, :-2]).sum() / power),
        "along_columns": float((residue[2:] * residue[:-2]).sum() / power),
        "period": float((profile - ndimage.gaussian_filter1d(profile, 20)).std() / contrast),
        "edge": float(np.percentile(slope[rim], 75) / contrast),
    }


def _without_lines(picture: Picture) -> tuple[Map, NDArray[np.bool_]]:
    """Return the grey as a model sees it, and where lines were drawn, both at SIDE_PX."""
    if picture.ndim == 2:
        return _small(picture).astype(float), np.zeros((SIDE_PX, SIDE_PX), bool)
    coloured = (np.ptp(picture, axis=2) > _COLOURED).astype(np.float32)
    drawn = ndimage.binary_dilation(_small(coloured) > 0.1, iterations=2)
    return _small(without_drawing(picture)).astype(float), drawn


def _small(values: NDArray[np.generic]) -> NDArray[np.generic]:
    return cv2.resize(values, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)


def _bright(grey: Map) -> NDArray[np.bool_]:
    """Return what is brighter than Otsu's threshold of the smoothed picture."""
    smooth = np.rint(_smooth(grey, 2)).clip(0, 255).astype(np.uint8)
    return cv2.threshold(smooth, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1] > 0


def _spine(grey: Map) -> NDArray[np.bool_]:
    parts, count = ndimage.label(_bright(grey))
    sizes = ndimage.sum(parts > 0, parts, range(1, count + 1))
    return parts == 1 + int(np.argmax(sizes))


def _smooth(grey: Map, sigma_px: float) -> Map:
    return ndimage.gaussian_filter(grey, sigma_px)
