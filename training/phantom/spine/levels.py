"""Sizes of the vertebrae from axis to sacrum, and how a healthy adult's spine curves: tables by level."""

from __future__ import annotations

from dataclasses import dataclass

CERVICAL = ("C2", "C3", "C4", "C5", "C6", "C7")
THORACIC = tuple(f"T{number}" for number in range(1, 13))
LUMBAR = ("L1", "L2", "L3", "L4", "L5")
LEVELS = (*CERVICAL, *THORACIC, *LUMBAR, "S1")
"""From the head down."""


@dataclass(frozen=True)
class Size:
    """A vertebral body's width, depth and height behind, and the disc below it, in mm.

    `wedge` is its height in front over that behind.
    """

    width: float
    depth: float
    height: float
    disc: float
    wedge: float = 1.0


SIZES = {
    "C2": Size(17.0, 15.0, 16.0, 4.0),
    "C3": Size(16.5, 15.3, 11.6, 4.5),
    "C4": Size(17.5, 15.5, 11.4, 5.0),
    "C5": Size(18.5, 15.8, 11.4, 5.2),
    "C6": Size(20.0, 17.0, 10.9, 5.4),
    "C7": Size(22.6, 18.2, 12.8, 4.6),
    "T1": Size(26.2, 19.1, 14.1, 4.0, 0.98),
    "T2": Size(26.2, 20.6, 15.6, 3.6, 0.97),
    "T3": Size(25.4, 23.0, 15.7, 3.4, 0.96),
    "T4": Size(25.2, 23.9, 16.2, 3.4, 0.95),
    "T5": Size(25.9, 25.2, 16.2, 3.6, 0.94),
    "T6": Size(27.1, 26.7, 17.4, 3.9, 0.93),
    "T7": Size(28.5, 27.8, 18.2, 4.3, 0.92),
    "T8": Size(29.8, 28.7, 18.7, 4.7, 0.92),
    "T9": Size(31.2, 30.0, 19.3, 5.1, 0.93),
    "T10": Size(33.1, 31.2, 20.2, 5.6, 0.95),
    "T11": Size(36.5, 32.0, 21.3, 6.0, 0.94),
    "T12": Size(40.6, 33.1, 22.7, 6.8, 0.94),
    "L1": Size(42.3, 34.7, 23.8, 8.2, 0.96),
    "L2": Size(44.1, 34.8, 24.3, 9.4, 0.99),
    "L3": Size(46.1, 35.0, 23.8, 10.4, 1.02),
    "L4": Size(48.1, 34.7, 24.1, 11.0, 1.06),
    "L5": Size(48.4, 34.0, 22.9, 9.8, 1.15),
    "S1": Size(50.0, 33.0, 28.0, 9.8, 1.10),
}
"""Width, depth and height: means of upper and lower end plates of 12 cadavers (Panjabi, Spine 1991,
16:861 and 16:888; 1992, 17:299), rounded. C2's body and S1 are assumed; so are discs (about 3 to 11 mm, Gilad
and Nissan, Spine 1986) and wedges (Masharawi, J Anat 2008, rounded)."""

_TILT_SHARE = {
    **dict(zip(CERVICAL, (1.05, 0.92, 0.74, 0.55, 0.30, 0.12), strict=True)),
    **dict(
        zip(
            THORACIC,
            (1.0, 0.95, 0.88, 0.79, 0.68, 0.56, 0.44, 0.33, 0.23, 0.15, 0.08, 0.03),
            strict=True,
        )
    ),
    **dict(zip(LUMBAR, (0.02, 0.11, 0.25, 0.46, 0.74), strict=True)),
    "S1": 1.0,
}
"""How far along its part's curve each level has turned: the neck's from T1 up, the chest's from L1 up, the
back's from T12 down."""


def tilt_deg(level: str, *, least: float, kyphosis: float, lordosis: float, neck: float) -> float:
    """Return how far a level's end plates fall forward in degrees, 0 where they lie level.

    `least` is the tilt between T12 and L1 (about -17, front up), `kyphosis` the turn from there to T1,
    `lordosis` to S1, `neck` back from T1 to C3.
    """
    share = _TILT_SHARE[level]
    if level in CERVICAL:
        return least + kyphosis - neck * share
    return least + share * (kyphosis if level in THORACIC else lordosis)
