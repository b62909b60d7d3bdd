"""The three makers' BMD scales and the published lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["Hologic", "GE Lunar", "Norland"]

MODEL_SCALE: Scale = "Hologic"
"""The scale of every BMD that a model estimates: NHANES measured on Hologic densitometers."""


@dataclass(frozen=True)
class StandardizedLine:
    """sBMD = slope x (BMD - pivot) + 1.0436, all in g/cm2."""

    slope: float
    pivot_g_cm2: float


# Hui et al. 1997, J Bone Miner Res 12:1463: universal standardization of spine BMD; made for L2-L4
_LINES: dict[Scale, StandardizedLine] = {
    "Hologic": StandardizedLine(1.0550, 0.972),
    "GE Lunar": StandardizedLine(0.9683, 1.100),
    "Norland": StandardizedLine(0.9743, 0.969),
}
CONVERSION_ERROR_PERCENT = 3.5  # Hui et al. 1997: average error for one person


def on_model_scale(bmd_g_cm2: float, scale: Scale) -> float:
    """Return a BMD of another maker's scale as the models' scale would give it, in g/cm2; approximate."""
    theirs, ours = _LINES[scale], _LINES[MODEL_SCALE]
    if scale == MODEL_SCALE:
        return bmd_g_cm2
    return theirs.slope * (bmd_g_cm2 - theirs.pivot_g_cm2) / ours.slope + ours.pivot_g_cm2


def sd_on_model_scale(sd_g_cm2: float, scale: Scale) -> float:
    """Return a standard deviation of another maker's scale on the models' scale, in g/cm2; approximate."""
    return sd_g_cm2 * _LINES[scale].slope / _LINES[MODEL_SCALE].slope
