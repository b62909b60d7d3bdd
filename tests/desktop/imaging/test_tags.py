"""Spacing, identity, date and view from the tags of a DICOM file, broken ones included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from desktop.imaging.identity import stated_patient, stated_study_date
from desktop.imaging.radiograph import Patient, PixelSpacing, Sex, View
from desktop.imaging.readers import read_radiograph
from desktop.imaging.spacing import stated_spacing
from desktop.imaging.stated_view import stated_view

pytestmark = pytest.mark.filterwarnings("ignore")  # pydicom warns of the broken values made here


def tags(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, None),
        ({"PixelSpacing": [0.2, 0.3]}, PixelSpacing(0.2, 0.3, "PixelSpacing")),
        (
            {"PixelSpacing": [0.2, 0.3], "PixelSpacingCalibrationType": "FIDUCIAL"},
            PixelSpacing(0.2, 0.3, "PixelSpacing (FIDUCIAL)"),
        ),
        (
            {"PixelSpacing": [0.2, 0.3], "ImagerPixelSpacing": [0.25, 0.25]},
            PixelSpacing(0.2, 0.3, "PixelSpacing"),
        ),
        ({"ImagerPixelSpacing": [0.1, 0.1]}, PixelSpacing(0.1, 0.1, "ImagerPixelSpacing")),
        ({"NominalScannedPixelSpacing": [0.1, 0.1]}, PixelSpacing(0.1, 0.1, "NominalScannedPixelSpacing")),
        (
            {"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.1, 0.1]},
            PixelSpacing(0.1, 0.1, "ImagerPixelSpacing"),
        ),
        ({"PixelSpacing": [-1, 0.2]}, None),
        ({"ImagerPixelSpacing": [1e9, 1e9]}, None),
    ],
)
def test_spacing_is_taken_where_it_is_plausible(stated, expected):
    assert stated_spacing(tags(**stated)) == expected


def test_the_patient_is_read_whole():
    patient = stated_patient(
        tags(
            PatientName="DOE^JANE^MARIA",
            PatientID="42",
            PatientBirthDate="19500630",
            PatientSex="F",
            PatientAge="071Y",
            PatientWeight=61.5,
            PatientSize=1.63,
        )
    )
    assert patient == Patient("DOE, JANE MARIA", "42", "1950-06-30", Sex.FEMALE, 71, 61.5, 163.0)


@pytest.mark.parametrize(
    ("stated", "years"),
    [
        ({"PatientAge": "071Y"}, 71),
        ({"PatientAge": "018M"}, 1),
        ({"PatientAge": "276M"}, 23),
        ({"PatientAge": "120Y"}, 120),
        ({"PatientAge": "130Y"}, None),
        ({"PatientAge": "999Y", "PatientBirthDate": "19500630", "StudyDate": "20200630"}, 70),
        ({"PatientAge": "000Y"}, 0),
        ({"PatientAge": "000Y", "PatientBirthDate": "19500630", "StudyDate": "20200629"}, 69),
        ({"PatientAge": "000M"}, 0),
        ({"PatientAge": "010D"}, 0),
        ({"PatientBirthDate": "19500630", "StudyDate": "20200630"}, 70),
        ({"PatientBirthDate": "19500630"}, None),
        ({"PatientBirthDate": "20500630", "StudyDate": "20200630"}, None),
        ({"PatientBirthDate": "18950630", "StudyDate": "20200630"}, None),
        ({"PatientAge": "071Y", "PatientBirthDate": "19500630", "StudyDate": "20200630"}, 71),
        ({"PatientAge": "072Y", "PatientBirthDate": "19500630", "StudyDate": "20200630"}, None),
        ({"PatientBirthDate": "19501399", "StudyDate": "20200630"}, None),
        ({}, None),
    ],
)
def test_age_comes_from_its_tag_or_from_two_dates(stated, years):
    assert stated_patient(tags(**stated)).age_years == years


@pytest.mark.parametrize(("code", "sex"), [("F", Sex.FEMALE), ("M", Sex.MALE), ("O", None), ("", None)])
def test_sex_is_f_m_or_not_known(code, sex):
    assert stated_patient(tags(PatientSex=code)).sex is sex


@pytest.mark.parametrize(("weight", "size"), [(0, 0), (9000, 163)])
def test_weight_and_height_beyond_people_are_not_known(weight, size):
    patient = stated_patient(tags(PatientWeight=weight, PatientSize=size))
    assert patient.weight_kg is None
    assert patient.height_cm is None


def test_the_study_date_falls_back_on_later_ones():
    assert stated_study_date(tags(StudyDate="", AcquisitionDate="20210304")) == "2021-03-04"
    assert stated_study_date(tags(StudyDate="20210230")) is None


@pytest.mark.parametrize(
    ("stated", "view"),
    [
        ({"Modality": "BMD", "BodyPartExamined": "LSPINE"}, View.DXA_SPINE),
        ({"Modality": "OT", "SeriesDescription": "DXA AP Spine L1-L4"}, View.DXA_SPINE),
        (
            {"Modality": "OT", "SeriesDescription": "AP Spine", "Manufacturer": "GE Lunar"},
            View.DXA_SPINE,
        ),
        ({"Modality": "BMD", "SeriesDescription": "Left Hip"}, View.OTHER),
        ({"Modality": "BMD", "SeriesDescription": "Lateral Spine VFA"}, View.OTHER),
        ({"Modality": "BMD"}, None),
        ({"Modality": "DX", "BodyPartExamined": "LSPINE", "ViewPosition": "LL"}, View.LUMBAR_LATERAL),
        ({"Modality": "CR", "SeriesDescription": "Lumbar spine lateral"}, View.LUMBAR_LATERAL),
        ({"Modality": "CR", "BodyPartExamined": "LSPINE", "ViewPosition": "AP"}, View.OTHER),
        ({"Modality": "DX", "BodyPartExamined": "CHEST", "ViewPosition": "PA"}, View.CHEST_FRONTAL),
        ({"Modality": "DX", "BodyPartExamined": "CHEST", "ViewPosition": "LL"}, View.OTHER),
        ({"Modality": "DX", "BodyPartExamined": "CHEST"}, None),
        ({"Modality": "CR", "BodyPartExamined": "HAND", "ViewPosition": "PA"}, View.OTHER),
        ({"Modality": "MG"}, View.OTHER),
        ({"Modality": "OT"}, None),
        ({}, None),
    ],
)
def test_the_view_is_stated_where_tags_are_clear(stated, view):
    assert stated_view(tags(**stated)) is view


def test_ages_that_contradict_each_other_are_kept_as_such_and_told(ramp, write_dicom):
    born = {"PatientBirthDate": "20100101", "StudyDate": "20200101"}
    for pixels in (ramp, np.zeros((64, 80, 3), np.uint8) + np.arange(64, dtype=np.uint8)[:, None, None]):
        agreed = read_radiograph(write_dicom(pixels, PatientAge="011Y", **born))
        radiograph = read_radiograph(write_dicom(pixels, PatientAge="066Y", **born))
        assert agreed.contested_ages_years == agreed.notices == ()
        assert radiograph.patient.age_years is None
        assert radiograph.contested_ages_years == (66, 10)
        (notice,) = radiograph.notices
        assert "gives 10 years" in notice
        assert "says 66" in notice


def test_tags_reach_the_radiograph(ramp, write_dicom):
    radiograph = read_radiograph(
        write_dicom(ramp, Modality="BMD", BodyPartExamined="LSPINE", PatientSex="F", StudyDate="20240102")
    )
    assert radiograph.patient.sex is Sex.FEMALE
    assert radiograph.study_date == "2024-01-02"
    assert radiograph.stated_view is View.DXA_SPINE


ANYTHING = st.binary(max_size=20)
TAGS = {
    0x00100010: "PN",
    0x00100020: "LO",
    0x00100030: "DA",
    0x00100040: "CS",
    0x00101010: "AS",
    0x00101020: "DS",
    0x00101030: "DS",
    0x00080020: "DA",
    0x00080060: "CS",
    0x00280030: "DS",
    0x00181164: "DS",
    0x0008103E: "LO",
}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(TAGS)), ANYTHING))
def test_no_value_of_a_tag_is_trusted(values):
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    dataset = Dataset()
    for tag, value in values.items():
        raw = RawDataElement(Tag(tag), TAGS[tag], len(value), value, 0, False, True)
        dataset.__setitem__(Tag(tag), raw)
    patient = stated_patient(dataset)
    assert patient.age_years is None or 0 <= patient.age_years <= 120
    stated_study_date(dataset)
    stated_spacing(dataset)
    stated_view(dataset)
