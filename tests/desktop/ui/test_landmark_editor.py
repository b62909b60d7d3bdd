"""Landmarks under mouse and keys, without a window."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.landmark_editor import REACH_PX, LandmarkEditor
from desktop.ui.markings import Markings
from desktop.ui.viewport import Viewport

POINTS = {"cervical_spine": (50.0, 10.0), "t12": (50.0, 90.0)}
TWICE = Viewport(2.0, 30.0, 40.0)


@pytest.fixture
def editor(qapp: QApplication) -> LandmarkEditor:
    editor = LandmarkEditor()
    editor.show(Markings(landmarks=POINTS, size_px=(100, 120)), anew=True)
    return editor


def told(editor: LandmarkEditor) -> list[dict[str, tuple[float, float]]]:
    moves: list[dict[str, tuple[float, float]]] = []
    editor.moved.connect(moves.append)
    return moves


def test_the_middle_of_a_pixel_is_where_its_landmark_lies() -> None:
    assert TWICE.of_pixel((50.0, 10.0)) == (30 + 2 * 50.5, 40 + 2 * 10.5)


def test_the_nearest_landmark_within_reach_is_taken(editor: LandmarkEditor) -> None:
    x, y = TWICE.of_pixel(POINTS["t12"])
    assert REACH_PX >= 9
    assert editor.at((x + REACH_PX - 0.1, y), TWICE) == "t12"
    assert editor.at((x + REACH_PX + 0.1, y), TWICE) is None
    small = Viewport(0.05)
    assert editor.at(small.of_pixel((50.0, 60.0)), small) == "t12"


def test_a_drag_moves_by_what_the_mouse_moved_and_is_told_at_its_end(editor: LandmarkEditor) -> None:
    moves = told(editor)
    x, y = TWICE.of_pixel(POINTS["t12"])
    assert editor.press((x + 5, y), TWICE)
    editor.drag((x + 5 + 8, y - 6), TWICE)
    assert editor.landmarks["t12"] == pytest.approx((54.0, 87.0))
    assert moves == []
    editor.release()
    assert moves == [{"t12": pytest.approx((54.0, 87.0))}]


def test_a_click_chooses_and_moves_nothing(editor: LandmarkEditor) -> None:
    moves = told(editor)
    place = TWICE.of_pixel(POINTS["t12"])
    editor.press(place, TWICE)
    editor.drag((place[0] + 1, place[1] + 1), TWICE)
    editor.release()
    assert editor.chosen == "t12"
    assert moves == []


def test_a_press_beside_all_landmarks_chooses_none(editor: LandmarkEditor) -> None:
    editor.choose_next(1)
    assert not editor.press((0.0, 0.0), TWICE)
    assert editor.chosen is None


def test_no_landmark_leaves_the_picture(editor: LandmarkEditor) -> None:
    editor.choose_next(1)
    editor.step(1000, -1000)
    assert editor.landmarks["cervical_spine"] == (99.0, 0.0)


def test_keys_are_told_once_when_they_rest(editor: LandmarkEditor, qtbot: QtBot) -> None:
    moves = told(editor)
    editor.choose_next(1)
    for _ in range(3):
        editor.step(0, 1)
    assert moves == []
    qtbot.waitUntil(lambda: bool(moves), timeout=30_000)
    assert moves == [{"cervical_spine": (50.0, 13.0)}]


def test_landmarks_follow_each_other_and_end(editor: LandmarkEditor) -> None:
    assert [editor.choose_next(1) and editor.chosen for _ in range(3)] == ["cervical_spine", "t12", False]
    editor.choose_next(1)
    assert not editor.choose_next(-1)
    assert editor.chosen is None


def test_escape_undoes_the_move_under_way_and_tells_nothing(editor: LandmarkEditor) -> None:
    moves = told(editor)
    place = TWICE.of_pixel(POINTS["t12"])
    editor.press(place, TWICE)
    editor.drag((place[0] + 30, place[1]), TWICE)
    assert editor.put_back()
    editor.drag((place[0] + 60, place[1]), TWICE)
    editor.release()
    assert editor.landmarks == POINTS
    assert moves == []


def test_escape_puts_a_moved_landmark_back_and_leaves_the_others(editor: LandmarkEditor) -> None:
    moved = {"cervical_spine": (1.0, 2.0), "t12": (3.0, 4.0)}
    editor.show(Markings(landmarks=moved, moved=moved, size_px=(100, 120)), anew=False)
    moves = told(editor)
    editor.choose_next(1)
    assert editor.put_back()
    assert moves == [{"t12": (3.0, 4.0)}]


def test_escape_lets_an_unmoved_landmark_go_and_then_does_nothing(editor: LandmarkEditor) -> None:
    editor.choose_next(1)
    assert editor.put_back()
    assert editor.chosen is None
    assert not editor.put_back()


def test_a_result_that_arrives_does_not_take_the_landmark_from_the_hand(editor: LandmarkEditor) -> None:
    place = TWICE.of_pixel(POINTS["t12"])
    editor.press(place, TWICE)
    editor.drag((place[0] + 30, place[1]), TWICE)
    editor.show(Markings(landmarks=POINTS | {"cervical_spine": (1.0, 1.0)}, size_px=(100, 120)), anew=False)
    assert editor.landmarks == {"cervical_spine": (1.0, 1.0), "t12": (65.0, 90.0)}


def test_of_another_picture_nothing_is_chosen_or_moved(editor: LandmarkEditor) -> None:
    moves = told(editor)
    editor.choose_next(1)
    editor.step(5, 5)
    editor.show(Markings(landmarks=POINTS, size_px=(100, 120)), anew=True)
    editor.finish()
    assert editor.chosen is None
    assert editor.landmarks == POINTS
    assert moves == []


def test_without_the_picture_landmarks_are_chosen_and_not_moved(editor: LandmarkEditor) -> None:
    editor.show(Markings(landmarks=POINTS), anew=True)
    place = TWICE.of_pixel(POINTS["t12"])
    assert editor.press(place, TWICE)
    editor.drag((place[0] + 30, place[1]), TWICE)
    editor.step(1, 1)
    assert editor.chosen == "t12"
    assert editor.landmarks == POINTS
