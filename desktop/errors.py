"""Expected failures, each with the sentence that the user reads."""

from __future__ import annotations

from collections.abc import Mapping


class AppError(Exception):
    """An expected failure: `str(error)` is one sentence for the user that says what to do.

    It never names a patient. Anything that is not an AppError is a bug.
    """


class ReadError(AppError):
    """A picture file that cannot be read; the file's result has the status `failed`."""


class RefusedError(AppError):
    """A picture that was understood and is not judged; the file's result has the status `refused`.

    landmarks: where they are, (x, y) in pixels of the file by name, where they are why it is refused.
    """

    def __init__(self, sentence: str, landmarks: Mapping[str, tuple[float, float]] | None = None) -> None:
        super().__init__(sentence)
        self.landmarks = landmarks or {}


class BundleError(AppError):
    """A model bundle that is missing, damaged, unsigned or too new for this program."""


class StorageError(AppError):
    """A place that cannot be read or written: full disk, no permission, a newer database."""


class ChangedElsewhereError(StorageError):
    """A study that another window or program has changed since it was read; `study_id` is its number."""

    def __init__(self, sentence: str, study_id: int) -> None:
        super().__init__(sentence)
        self.study_id = study_id


class SettingsError(AppError):
    """A settings value or data file edited by a site that does not make sense."""


class UsageError(AppError):
    """A command line that makes no sense; the program ends with exit status 2."""
