"""What landmarks and regions are called, of the chest and of the lumbar spine."""

import pytest

from desktop.clinical.chest import LANDMARKS, REGIONS
from desktop.findings.anatomy_words import (
    WHOLE_PICTURE,
    landmark_group,
    landmark_words,
    listed,
    parts_of_picture,
    region_words,
    titled,
)
from desktop.findings.marks import moved_sentence


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("right_clavicle_medial", "right clavicle (medial)"),
        ("left_rib_4", "left ribs (4 of 4)"),
        ("cervical_spine", "cervical spine"),
        ("t12", "T12"),
        ("l1_superior_anterior", "L1 superior anterior"),
    ],
)
def test_a_landmark_is_called_as_people_call_it(name: str, words: str) -> None:
    assert landmark_words(name) == words


def test_no_two_of_the_chest_are_called_alike() -> None:
    assert len({landmark_words(name) for name in LANDMARKS}) == len(LANDMARKS)
    assert len({region_words(name) for name in REGIONS}) == len(REGIONS)


def test_the_whole_chest_is_told_from_its_parts() -> None:
    assert titled(region_words("chest")) == "Whole chest"
    assert titled(region_words("t12")) == "T12"
    assert region_words("l1_l3") == "L1-L3"


def test_a_list_reads_as_a_sentence() -> None:
    assert listed(["T12"]) == "T12"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_moved_landmarks_are_counted_and_named() -> None:
    assert moved_sentence(()) == ""
    assert moved_sentence(["t12"]) == "1 landmark was moved by hand, and the result rests on that: T12."
    both = moved_sentence(["t12", "left_rib_1"])
    assert both.startswith("2 landmarks were moved by hand")
    assert both.endswith("T12 and left ribs (1 of 4).")


def test_moved_corners_of_one_vertebra_are_counted_and_a_single_one_is_named() -> None:
    moved = ("t12_superior_anterior", "l1_superior_anterior", "l1_superior_middle", "l1_inferior_anterior")
    assert moved_sentence(moved).endswith("rests on that: T12 superior anterior and 3 corners of L1.")


@pytest.mark.parametrize(
    ("name", "group"), [("l1_inferior_middle", "L1"), ("t12", "t12"), ("right_rib_1", "right_rib_1")]
)
def test_a_corner_belongs_to_its_vertebra_and_a_landmark_to_itself(name: str, group: str) -> None:
    assert landmark_group(name) == group


def test_the_whole_picture_is_no_part_of_it() -> None:
    assert parts_of_picture({"t12": 1, WHOLE_PICTURE: 2}) == {"t12": 1}
    assert region_words(WHOLE_PICTURE) == "whole picture"
