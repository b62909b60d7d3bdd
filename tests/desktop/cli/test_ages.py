"""What the command line makes of ages that a file's tags state."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("with_model")


@pytest.mark.parametrize("age", ["000Y", "006W", "019Y"])
def test_a_child_by_the_age_tag_is_refused(trabecula, write_dicom_spine, age):
    (result,) = trabecula("screen", write_dicom_spine(PatientAge=age), "--json").json
    assert result["status"] == "refused"
    assert "under 20" in result["reason"]


@pytest.mark.parametrize(("age", "born"), [("999Y", ""), ("066Y", "19800101")])
def test_an_age_that_cannot_be_believed_is_not_known(trabecula, write_dicom_spine, age, born):
    path = write_dicom_spine(PatientAge=age, PatientBirthDate=born, StudyDate="20200101")
    (finding,) = trabecula("screen", path, "--json").json[0]["findings"]
    warnings = " ".join(finding["warnings"])
    assert "age is not known" in warnings
    assert ("The birth date gives 40 years" in warnings) == bool(born)


def test_who_is_a_child_by_the_birth_date_alone_is_judged_once_the_age_is_given(trabecula, write_dicom_spine):
    path = write_dicom_spine(PatientAge="066Y", PatientBirthDate="20100101", StudyDate="20200101")
    (refused,) = trabecula("screen", path, "--json").json
    assert refused["status"] == "refused"
    assert "enter the right age by hand" in refused["reason"]
    (judged,) = trabecula("screen", path, "--json", "--age", "66").json
    assert judged["status"] == "screened"
