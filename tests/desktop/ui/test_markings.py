"""Where regions lie while their landmarks move, of the chest and of the lumbar spine."""

import pytest

from desktop.clinical import chest, lumbar_lateral
from desktop.findings.result import Point
from desktop.ui.markings import regions_at, vertebrae_at

CHEST: dict[str, Point] = {
    name: (100.0 + 60 * (name.startswith("left") - name.startswith("right")) + 3 * place, 40.0 + 12 * place)
    for place, name in enumerate(chest.LANDMARKS)
}
LUMBAR: dict[str, Point] = {
    name: (100.0 + 20 * ("posterior" in name), 40.0 * lumbar_lateral.LEVELS.index(name[:2].upper()))
    for name in lumbar_lateral.REGION_CORNERS
}


def test_regions_of_the_chest_follow_its_landmarks() -> None:
    before = chest.regions_of(CHEST)
    moved = CHEST | {"t12": (130.0, 260.0)}
    after = regions_at(moved, before)
    assert after == chest.regions_of(moved)
    assert after["t12"] != before["t12"]


def test_the_region_of_the_lumbar_spine_follows_its_corners() -> None:
    before = {lumbar_lateral.REGION: lumbar_lateral.region_of(LUMBAR)}
    moved = {name: (x + 7.0, y) for name, (x, y) in LUMBAR.items()}
    (after,) = regions_at(moved, before).values()
    for corner, was in zip(after, before[lumbar_lateral.REGION], strict=True):
        assert corner == pytest.approx((was[0] + 7.0, was[1]))


@pytest.mark.parametrize(
    "landmarks",
    [
        {name: point for name, point in CHEST.items() if name != "t12"},
        CHEST | {"t12": CHEST["cervical_spine"]},
    ],
    ids=["one is missing", "the spine has no length"],
)
def test_where_no_region_follows_they_stay(landmarks: dict[str, Point]) -> None:
    before = chest.regions_of(CHEST)
    assert regions_at(landmarks, before) == before


def test_regions_that_follow_from_no_landmarks_stay() -> None:
    box = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert regions_at({"somewhere": (1.0, 2.0)}, {"here": box}) == {"here": box}


def test_a_vertebra_is_outlined_around_its_corners_where_all_are_there() -> None:
    found = vertebrae_at(LUMBAR | {"s1_superior_anterior": (0.0, 0.0)})
    assert set(found) == {"L1", "L2", "L3"}
    upper = [LUMBAR[f"l2_superior_{part}"] for part in ("anterior", "middle", "posterior")]
    lower = [LUMBAR[f"l2_inferior_{part}"] for part in ("posterior", "middle", "anterior")]
    assert found["L2"] == upper + lower
    assert vertebrae_at(CHEST) == {}
