import inspect
from dataclasses import replace

import pytest

from desktop.findings import marks
from desktop.findings.result import CutOffRates, Finding, ModelIdentity, NotMeasured, Outcome

RATES = CutOffRates(flagged_ppv=0.455, not_flagged_missed=0.034, prevalence=0.077, pictures=1541)
SILENT = NotMeasured("Not measured.")


def finding(outcome: Outcome, family: str = "dxa_bmd") -> Finding:
    model = ModelIdentity(family, "0.1.0", "phantom", "4f" * 32, "Trabecula release key 2026")
    return Finding(model, outcome, 0.32, SILENT, SILENT, SILENT, cut_off_rates=RATES)


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


def test_flagged_tells_how_many_of_100_had_osteoporosis() -> None:
    told = marks.outcome_meaning(Outcome.FLAGGED, [finding(Outcome.FLAGGED)])
    assert "Of 100 phantom pictures that reach it, 46 have such a T-score" in told
    assert "1,541 phantom pictures, 8 of 100" in told
    assert "likely" not in told


def test_not_flagged_tells_how_many_of_100_with_osteoporosis_are_missed() -> None:
    told = marks.outcome_meaning(Outcome.NOT_FLAGGED, [finding(Outcome.NOT_FLAGGED)])
    assert "Of 100 phantom pictures with such a T-score, 3 are not flagged either" in told


def test_pictures_of_patients_are_not_called_phantoms() -> None:
    flagged = finding(Outcome.FLAGGED)
    clinical = replace(flagged, model=replace(flagged.model, evidence="clinical"))
    assert "Of 100 pictures that reach it" in marks.rates_sentence(clinical)


@pytest.mark.parametrize("rates", [NotMeasured("An old study."), RATES])
def test_uncertain_promises_no_rate(rates: CutOffRates | NotMeasured) -> None:
    uncertain = replace(finding(Outcome.UNCERTAIN), cut_off_rates=rates)
    assert marks.outcome_meaning(Outcome.UNCERTAIN, [uncertain]) == marks.OUTCOME_MEANINGS[Outcome.UNCERTAIN]


def test_a_study_of_before_the_rates_were_kept_says_none() -> None:
    old = replace(finding(Outcome.FLAGGED), cut_off_rates=NotMeasured("Not told."))
    assert marks.outcome_meaning(Outcome.FLAGGED, [old]) == marks.OUTCOME_MEANINGS[Outcome.FLAGGED]


def test_of_several_models_those_with_the_outcome_tell_their_rates() -> None:
    told = marks.outcome_meaning(
        Outcome.FLAGGED, [finding(Outcome.FLAGGED), finding(Outcome.NOT_FLAGGED, "stacked_ensemble")]
    )
    assert marks.DISAGREEMENT in told
    assert "dxa_bmd: Of 100 phantom pictures that reach it" in told
    assert "stacked_ensemble" not in told
