import subprocess
import sys
from collections.abc import Callable
from dataclasses import astuple, replace

import msgspec
import pytest

from desktop.clinical.reference import default_table
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.result import Finding, NotMeasured, Outcome
from desktop.findings.study import Study
from desktop.imaging.radiograph import Patient, Sex
from desktop.report.facts import Fact
from desktop.report.model import build_report
from desktop.report.table import ScoreTable

MakeStudy = Callable[..., Study]


def _with(study: Study, **changes: object) -> Study:
    finding: Finding = replace(study.result.findings[0], **changes)  # type: ignore[arg-type]
    return replace(study, result=replace(study.result, findings=(finding,)))


def _words(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    return [word for each in part for word in _words(each)] if isinstance(part, tuple) else []


def test_a_flagged_woman(make_study: MakeStudy) -> None:
    report = build_report(make_study(), default_table())
    assert report.mark == PHANTOM_MARK
    assert report.verdict.title == "Flagged"
    assert "central DXA" in report.verdict.recommendation
    assert report.figures == (
        Fact("T-score L1-L4, estimated", "−2.6"),
        Fact("range", "−3.4 to −1.7"),
        Fact("Probability of T ≤ −2.5", "71 %"),
    )
    assert report.patient[3] == Fact("Sex and age", "Female, 68 years")
    assert isinstance(report.table, ScoreTable)
    assert report.table.rows[0] == ("L1", "0.742", "0.64 to 0.84", "−2.6", "−3.6 to −1.6")
    assert report.table.rows[-1][0] == "L1-L4"


def test_the_notes_say_what_the_numbers_rest_on(make_study: MakeStudy) -> None:
    assert build_report(make_study(), default_table()).notes == (
        "Estimated from the picture, not measured. Vertebrae used: L1, L2, L3, L4.",
        "A range holds the true value for 90% of pictures like those that it was set on: "
        "range on phantoms, not verified on patients.",
        "Reference table: Hologic NHANES 2005-2008 (single vertebrae derived).",
        "Z-score of L1-L4, estimated: −1.1 (−1.7 to −0.5), by sex and decade of age.",
    )


def test_what_made_the_result_can_be_traced(make_study: MakeStudy) -> None:
    facts = {fact.label: fact.value for fact in build_report(make_study(), default_table()).provenance}
    assert facts["SHA-256"] == "4f" * 32
    assert facts["Model"] == "dxa_bmd 0.1.0, signed by Trabecula release key 2026"
    assert facts["Reference"] == "Hologic NHANES 2005-2008"
    assert facts["Program"] == "Trabecula 0.1.0"
    assert facts["Picture"] == "spine.dcm (spine DXA)"


def test_what_is_not_known_is_said(make_study: MakeStudy) -> None:
    report = build_report(make_study(Patient()), default_table())
    assert {fact.value for fact in report.patient} == {"not stated"}
    assert "No Z-score: A Z-score needs the patient's sex and age." in report.notes
    assert report.warnings == (
        "The patient's age is not known: the T-score holds only for women after menopause and for men "
        "of 50 and over.",
    )


def test_the_age_alone_is_printed(make_study: MakeStudy) -> None:
    report = build_report(make_study(Patient(age_years=70)), default_table())
    assert report.patient[3].value == "sex not stated, 70 years"


def test_below_50_the_z_score_leads_and_its_gaps_have_reasons(make_study: MakeStudy) -> None:
    report = build_report(make_study(Patient(sex=Sex.MALE, age_years=45)), default_table())
    assert report.figures[0].label == "Z-score L1-L4, estimated"
    assert isinstance(report.table, ScoreTable)
    assert report.table.rows[0][3:] == ("—", "")
    assert "No Z-score of L1, L2, L3, L4: The reference table has ages for L1-L4 only." in report.notes


def test_a_refused_picture_has_its_reason_and_no_numbers(refused_study: Study) -> None:
    report = build_report(refused_study, default_table())
    assert report.verdict.title == "Not judged"
    assert "confirm the view" in report.verdict.meaning
    assert isinstance(report.table, NotMeasured)
    assert isinstance(report.curve, NotMeasured)
    assert report.mark == PHANTOM_MARK
    assert report.figures == report.warnings == ()


@pytest.mark.parametrize("table", [None, msgspec.structs.replace(default_table(), name="Another")])
def test_no_curve_of_another_table(make_study: MakeStudy, table: object) -> None:
    report = build_report(make_study(), table)  # type: ignore[arg-type]
    assert isinstance(report.curve, NotMeasured)
    assert "is not installed" in report.curve.reason


def test_what_is_printed_elsewhere_is_no_warning(make_study: MakeStudy) -> None:
    study = _with(make_study(), warnings=(f"{PHANTOM_MARK}.", "The polarity was not stated."))
    assert build_report(study, default_table()).warnings == ("The polarity was not stated.",)


def test_bmd_that_was_not_measured_has_its_reason(make_study: MakeStudy) -> None:
    gone = NotMeasured("The vertebrae were not found.")
    study = _with(make_study(), bmd_g_cm2=gone, t_score=gone, osteoporosis_probability=gone)
    report = build_report(study, default_table())
    assert report.table == gone
    assert report.figures[2].value == gone.reason


def test_one_missing_vertebra_has_its_reason(make_study: MakeStudy) -> None:
    bmd = dict(make_study().result.findings[0].bmd_g_cm2)  # type: ignore[arg-type]
    del bmd["L2"]
    study = _with(make_study(), bmd_g_cm2=bmd, not_measured={"bmd_g_cm2.L2": "L2 is fractured."})
    report = build_report(study, default_table())
    assert isinstance(report.table, ScoreTable)
    assert report.table.rows[1][:3] == ("L2", "—", "")
    assert "No BMD of L2: L2 is fractured." in report.notes


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.001, "below 1 %"), (0.5, "50 %"), (0.999, "above 99 %")]
)
def test_no_probability_is_0_or_100_percent(make_study: MakeStudy, probability: float, shown: str) -> None:
    report = build_report(_with(make_study(), osteoporosis_probability=probability), default_table())
    assert report.figures[2].value == shown


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("age", [None, 45, 68, 90])
def test_nobody_is_told_to_be_well(make_study: MakeStudy, outcome: Outcome, age: int | None) -> None:
    report = build_report(make_study(Patient(age_years=age), outcome), default_table())
    text = " ".join(_words(astuple(report))).casefold()
    assert "flagged" in text or "uncertain" in text
    for word in ("normal", "healthy", "ruled out", "rule out", "osteopenia"):
        assert word not in text


def test_a_clinical_model_bears_no_phantom_mark(make_study: MakeStudy) -> None:
    model = replace(make_study().result.findings[0].model, evidence="clinical")
    report = build_report(_with(make_study(), model=model), default_table())
    assert report.mark is None
    assert "phantom" not in " ".join(_words(astuple(report)))


def test_the_words_need_no_qt() -> None:
    code = "import sys, desktop.report.model; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_of_several_models_has_its_row(twice_judged_study: Study) -> None:
    report = build_report(twice_judged_study, default_table())
    assert report.verdict.outcome is Outcome.FLAGGED
    assert "do not agree" in report.verdict.meaning
    assert report.figures == ()
    assert report.models is not None
    assert report.models.rows == (
        ("stacked_ensemble 0.2.0", "Uncertain", "—", "—", "44 %"),
        ("dxa_bmd 0.1.0", "Flagged", "−2.6 (−3.4 to −1.7)", "0.793 (0.70 to 0.88)", "71 %"),
    )


def test_of_several_models_the_one_that_measured_is_shown_in_detail(twice_judged_study: Study) -> None:
    report = build_report(twice_judged_study, default_table())
    assert isinstance(report.table, ScoreTable)
    assert report.notes[0] == "Vertebrae and curve are those of dxa_bmd 0.1.0."
    traced = [fact.value for fact in report.provenance if fact.label == "SHA-256"]
    assert traced == ["ab" * 32, "4f" * 32]
    assert report.warnings[0] == "The forest disagrees."
    assert len(report.warnings) == len(set(report.warnings))


def test_a_single_model_has_no_row_of_its_own(make_study: MakeStudy) -> None:
    report = build_report(make_study(), default_table())
    assert report.models is None
    assert "do not agree" not in report.verdict.meaning
