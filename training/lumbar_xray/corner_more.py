"""The corner network judged on another folder's test part too, as one with the run's own."""

from __future__ import annotations

from pathlib import Path

from desktop.clinical.lumbar_lateral import CORNERS
from training.data.manifest import SPLITS, DataError
from training.landmarks.data import joined_tests, read_landmark_data, read_test_landmarks
from training.lumbar_xray.corner_judging import judged
from training.lumbar_xray.corner_stage import FOLDER, placed, read_network
from training.lumbar_xray.settings import Settings
from training.runs.folder import write_json

FILE = "metrics_more.json"


def judge_more_corners(settings: Settings, folder: Path, run: Path, more: Path) -> None:
    """Judge the finished corner network of `run` on the test parts of `folder`, its own, and `more`, once.

    Writes corners/metrics_more.json. DataError where the run learned from pictures of people of `more`.
    """
    path = run / FOLDER / FILE
    if path.is_file():
        return
    own = read_landmark_data(folder, CORNERS, settings.corners.size_px, settings.limit)
    added = read_test_landmarks(more, CORNERS, settings.corners.size_px)
    learned = {own.rows[k].person for part in SPLITS[:-1] for k in own.parts[part]}
    if not learned.isdisjoint(row.person for row in added.rows):
        raise DataError(f"{more} tests people from whose pictures {run} learned; test others.")
    both = joined_tests(own, added)
    found = placed(read_network(run), both.squares.grey)
    write_json(path, {"test": judged(both, "test", found.points, found.shown)})
