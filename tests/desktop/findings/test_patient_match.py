"""Where the patient that was entered is not the one that the picture names."""

from desktop.findings.patient_match import mismatch_sentence, mismatches
from desktop.imaging.radiograph import Patient, Sex

ANNA = Patient("TEST^ANNA", "PH-0001", "1953-05-02", Sex.FEMALE, 71, 61.5, 160.0)


def test_the_same_person_written_otherwise_is_no_mismatch() -> None:
    form = Patient("Anna Test", "ph 0001", "1953-05-02", Sex.FEMALE, 72)
    assert mismatches(form, ANNA) == ()


def test_what_is_not_known_never_differs() -> None:
    assert mismatches(Patient(), ANNA) == ()
    assert mismatches(ANNA, Patient()) == ()


def test_each_difference_is_named() -> None:
    other = Patient("Other^Eva", "7", "1960-01-01", Sex.MALE, 64)
    assert mismatches(other, ANNA) == ("name", "ID", "birth date", "sex", "age")


def test_the_notice_names_what_differs() -> None:
    assert mismatch_sentence(()) == ""
    assert "picture's: sex differs." in mismatch_sentence(["sex"])
    assert "picture's: name, sex and age differ." in mismatch_sentence(["name", "sex", "age"])
