"""The four lumbar vertebrae as one: how L1-L4 follows from its parts, and what change is beyond chance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import msgspec

from desktop.paths import assets_dir

VERTEBRAE = ("L1", "L2", "L3", "L4")
GROUP = "L1-L4"

LSC_PER_PRECISION_ERROR = 2.77  # ISCD: least significant change at 95 %, 1.96 x sqrt(2)
MEASURED_PRECISION_CV = 0.019  # ISCD: minimum acceptable precision of a technologist, lumbar spine


@cache
def mean_area_shares() -> Mapping[str, float]:
    """Return each vertebra's mean share of the area of L1-L4, by name; the shares sum to 1.

    Derived from NHANES by `python -m training.reference`; the file names the people.
    """
    content = (assets_dir() / "reference" / "lumbar_area_shares.json").read_bytes()
    shares: dict[str, float] = msgspec.json.decode(content)["area_shares"]
    return shares


def l1_l4_bmd(bmd_g_cm2: Mapping[str, float], area_shares: Mapping[str, float]) -> float:
    """Return total mineral over total area, in g/cm2, from the BMD of L1 to L4 and their area shares.

    It lies between the smallest and the largest of the four, whatever the shares add up to.
    """
    values = [bmd_g_cm2[name] for name in VERTEBRAE]
    total = sum(area_shares[name] for name in VERTEBRAE)
    mean = sum(bmd_g_cm2[name] * area_shares[name] for name in VERTEBRAE) / total
    return min(max(mean, min(values)), max(values))


def least_significant_change(precision_error: float) -> float:
    """Return 2.77 x the precision error (RMS-SD), in the unit of its input."""
    return LSC_PER_PRECISION_ERROR * precision_error
