"""How patients are placed for a lateral spine: at one site always alike, at all of them in every way."""

from __future__ import annotations

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.looks.looks import Looks
from training.phantom.looks.placement import Positioning, positioning
from training.phantom.people.person import draw_person

SEED, COUNT = 31, 300


def _placed(looks: Looks) -> list[Positioning]:
    person = draw_person(SEED, 0)
    return [
        positioning(View.LUMBAR_LATERAL, person, looks, 384, np.random.default_rng((SEED, number)))
        for number in range(COUNT)
    ]


def test_sites_centre_on_l3_or_on_the_iliac_crest_and_some_stand_far_off() -> None:
    placed = _placed("every")
    down_mm = np.array([each.offset_mm[1] for each in placed])
    distance_mm = np.array([each.source_detector_mm for each in placed])
    assert 0.25 < np.mean(down_mm < -35.0) < 0.5
    assert 0.4 < np.mean(np.abs(down_mm) < 28.0) < 0.75
    assert 0.15 < np.mean(distance_mm > 1400.0) < 0.35
    assert distance_mm.min() >= 1000.0


def test_one_site_stands_at_one_distance_and_centres_on_l3() -> None:
    placed = _placed("one")
    assert {each.source_detector_mm for each in placed} == {1100.0}
    assert abs(np.mean([each.offset_mm[1] for each in placed])) < 3.0
    assert np.std([each.offset_mm[1] for each in placed]) < 20.0
