import inspect

from desktop.findings import marks
from desktop.findings.result import Outcome


def test_no_sentence_tells_anyone_they_are_well() -> None:
    text = inspect.getsource(marks).casefold()
    for word in ("normal", "healthy", "ruled out", "rule out"):
        assert word not in text


def test_every_outcome_has_its_words() -> None:
    for words in (marks.OUTCOME_TITLES, marks.OUTCOME_MEANINGS, marks.RECOMMENDATIONS):
        assert set(words) == set(Outcome)


def test_flagged_and_uncertain_recommend_a_central_dxa() -> None:
    for outcome in (Outcome.FLAGGED, Outcome.UNCERTAIN):
        assert "central DXA" in marks.RECOMMENDATIONS[outcome]


def test_the_phantom_interval_is_called_what_it_is() -> None:
    assert marks.INTERVAL_ON_PHANTOMS in marks.interval_sentence(0.9, "phantom")
    assert marks.INTERVAL_ON_PHANTOMS not in marks.interval_sentence(0.9, "clinical")
    assert "90%" in marks.interval_sentence(0.9, "phantom")
