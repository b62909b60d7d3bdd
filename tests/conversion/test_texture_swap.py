"""The measure of texture: zero for what reads mineral alone, more for what reads grain."""

from __future__ import annotations

import numpy as np
import pytest

from conversion.texture_swap import Swap, group_answer, measured, page
from desktop.clinical.lumbar import GROUP
from desktop.models.loading import load_installed
from training.phantom.dxa.picture import REPEATED_EVERY, make_dxa_picture

pytestmark = pytest.mark.training


def test_an_answer_that_sees_no_texture_does_not_move() -> None:
    swap = measured(lambda pixels: float(pixels.shape[0]), count=2)
    assert swap.moved(swap.swapped) == 0.0
    assert swap.moved(swap.repeated) == 0.0


def test_an_answer_that_reads_grain_moves_with_texture_and_with_exposure() -> None:
    swap = measured(lambda pixels: float(np.diff(pixels.astype(float), axis=0).std()), count=2)
    assert swap.moved(swap.swapped) > 0.0
    assert swap.moved(swap.repeated) > 0.0


def test_another_texture_is_of_the_same_person_and_mineral() -> None:
    number = REPEATED_EVERY - 2
    first, other = (make_dxa_picture(3, number, "every", 128, texture) for texture in (0, 1))
    assert other.person == first.person
    assert other.phantom.truth.bmd_l1_l4_g_cm2 == pytest.approx(first.phantom.truth.bmd_l1_l4_g_cm2, rel=0.01)
    assert not np.array_equal(other.pixels, first.pixels)


def test_the_page_tells_both_changes() -> None:
    true = np.array([0.8, 1.0])
    text = page(Swap(true, true, true + 0.01, true - 0.02))
    assert "| another texture | 0.0100 |" in text
    assert "| a new exposure | 0.0200 |" in text


def test_the_shipped_model_hardly_hangs_on_texture() -> None:
    bundle = load_installed().by_family["dxa_bmd"]
    assert GROUP in bundle.manifest.conformal.half_width_g_cm2
    swap = measured(group_answer(bundle), count=10)
    assert swap.moved(swap.swapped) < 0.25 * bundle.manifest.conformal.half_width_g_cm2[GROUP]
