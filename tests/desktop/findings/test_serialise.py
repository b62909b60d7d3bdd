import json
from dataclasses import fields, replace

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import StorageError
from desktop.findings.result import (
    CLASSES,
    CutOffRates,
    Finding,
    Interval,
    Member,
    ModelIdentity,
    NotMeasured,
    Outcome,
    ScreeningResult,
    Seconds,
    Status,
    VertebralHeights,
    ViewFinding,
)
from desktop.findings.schema import schema_file, schema_text
from desktop.findings.serialise import UNTOLD, from_json, to_json
from desktop.findings.wire import WireFinding, WireResult
from desktop.imaging.radiograph import View

numbers = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1)
words = st.text(st.characters(codec="utf-8"), max_size=20)
points = st.tuples(numbers, numbers)
reasons = st.builds(NotMeasured, words)


def by_name(values):
    return st.one_of(reasons, st.dictionaries(words, values, max_size=4))


classes = st.sampled_from(CLASSES)
by_class = st.dictionaries(classes, shares)
intervals = by_name(st.builds(Interval, numbers, numbers, numbers))
names = st.lists(words, max_size=3).map(tuple)
grids = st.lists(st.lists(shares, max_size=3).map(tuple), max_size=3).map(tuple)
members = st.builds(
    Member,
    words,
    st.sampled_from(Outcome),
    shares,
    by_class,
    numbers,
    st.none() | grids,
)
findings = st.builds(
    Finding,
    model=st.builds(
        ModelIdentity,
        family=words,
        version=words,
        evidence=st.sampled_from(["phantom", "clinical"]),
        sha256=words,
        signer=words,
    ),
    outcome=st.sampled_from(Outcome),
    osteoporosis_probability=st.one_of(reasons, shares),
    bmd_g_cm2=intervals,
    t_score=intervals,
    z_score=intervals,
    cut_off_rates=st.one_of(reasons, st.builds(CutOffRates, shares, shares, shares, st.integers(0, 2**40))),
    class_probabilities=reasons | by_class,
    score_kind=st.sampled_from(["T", "Z"]),
    reference_table=words,
    interval_level=shares,
    vertebrae_used=names,
    not_measured=st.dictionaries(words, words, max_size=3),
    landmarks=by_name(points),
    regions=by_name(st.tuples(points, points, points, points)),
    vertebrae=by_name(points),
    fractures=by_name(st.integers(0, 3)),
    vertebral_heights=by_name(
        st.builds(VertebralHeights, numbers, numbers, *[st.none() | numbers for _ in range(4)])
    ),
    possible_classes=reasons | st.lists(classes, unique=True).map(tuple),
    evidence_shares=by_name(numbers),
    evidence_maps=by_name(grids),
    members=st.lists(members, max_size=3).map(tuple),
    moved_by_hand=names,
    ran_in_float=st.booleans(),
    warnings=names,
)
results = st.builds(
    ScreeningResult,
    file=words,
    status=st.sampled_from(Status),
    reason=st.none() | words,
    view=st.none() | st.builds(ViewFinding, st.sampled_from(View), shares),
    findings=st.lists(findings, max_size=2).map(tuple),
    seconds=st.builds(Seconds, numbers, numbers),
    refused_landmarks=st.dictionaries(words, points, max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(results)
def test_a_result_survives_the_way_through_json_text(result):
    text = json.dumps(to_json(result))
    assert from_json(json.loads(text)) == result


@settings(max_examples=40, deadline=None)
@given(results)
def test_json_validates_against_the_committed_schema(result):
    schema = json.loads(schema_file().read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate([to_json(result)])


def test_the_committed_schema_is_the_generated_one():
    assert schema_file().read_text(encoding="utf-8") == schema_text()


def test_wire_types_keep_up_with_the_result_types():
    assert {each.name for each in fields(Finding)} == set(WireFinding.__struct_fields__)
    own = {"schema_version", "outcome"}
    assert {each.name for each in fields(ScreeningResult)} == set(WireResult.__struct_fields__) - own


REFUSED = ScreeningResult("a.dcm", Status.REFUSED, "Too small.", None, (), Seconds(0.1, 0.0))


def test_a_refused_file_has_the_published_shape():
    assert to_json(REFUSED) == {
        "schema_version": 2,
        "file": "a.dcm",
        "status": "refused",
        "reason": "Too small.",
        "view": None,
        "outcome": None,
        "findings": [],
        "seconds": {"read": 0.1, "analyse": 0.0},
        "refused_landmarks": {},
    }


@pytest.mark.parametrize(
    "change", [{"schema_version": 1}, {"status": "good"}, {"extra": 1}, {"seconds": None}]
)
def test_foreign_json_is_refused_with_a_sentence(change):
    with pytest.raises(StorageError, match="damaged or of another version"):
        from_json(to_json(REFUSED) | change)


def test_a_class_has_no_other_name_than_its_band():
    identity = ModelIdentity("lumbar_xray", "1.0", "phantom", "00", "nobody")
    told = Finding(identity, Outcome.FLAGGED, 0.5, {}, {}, {}, class_probabilities={CLASSES[2]: 1.0})
    plain = to_json(ScreeningResult("f", Status.SCREENED, None, None, (told,), Seconds(0, 0)))
    assert plain["findings"][0]["class_probabilities"] == {"t_at_or_below_minus_2_5": 1.0}
    plain["findings"][0]["class_probabilities"] = {"osteoporosis": 1.0}
    with pytest.raises(StorageError, match="damaged or of another version"):
        from_json(plain)
    schema = json.loads(schema_file().read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="osteoporosis"):
        jsonschema.Draft202012Validator(schema).validate([plain])


@pytest.mark.parametrize("later", ["evidence_maps", "vertebral_heights", "possible_classes"])
def test_a_result_stored_before_there_was_a_field_is_still_read(later):
    identity = ModelIdentity("dxa_bmd", "1.0", "phantom", "00", "nobody")
    finding = Finding(identity, Outcome.UNCERTAIN, 0.5, {}, {}, {})
    plain = to_json(ScreeningResult("f", Status.SCREENED, None, None, (finding,), Seconds(0, 0)))
    (stored,) = plain["findings"]
    del stored[later], stored["not_measured"][later]
    (read,) = from_json(plain).findings
    assert getattr(read, later) == NotMeasured(UNTOLD)
    assert read.evidence_shares == finding.evidence_shares


def test_a_reason_follows_its_field():
    identity = ModelIdentity("dxa_bmd", "1.0", "phantom", "00", "nobody")
    finding = Finding(
        identity, Outcome.UNCERTAIN, 0.5, {}, NotMeasured("Too young."), {}, not_measured={"z_score": "old"}
    )
    assert finding.not_measured["t_score"] == "Too young."
    assert "z_score" not in finding.not_measured
    assert msgspec.json.encode(
        to_json(ScreeningResult("f", Status.SCREENED, None, None, (finding,), Seconds(0, 0)))
    )


def test_members_disagree_where_one_flags_and_another_does_not():
    flagged, uncertain, clear = (
        Member(name, vote, 0.5, {}, 0.0)
        for name, vote in [
            ("cnn", Outcome.FLAGGED),
            ("vgg16", Outcome.UNCERTAIN),
            ("resnet_forest", Outcome.NOT_FLAGGED),
        ]
    )
    identity = ModelIdentity("stacked_ensemble", "1.0", "phantom", "00", "nobody")
    finding = Finding(identity, Outcome.FLAGGED, 0.5, {}, {}, {}, members=(flagged, uncertain, clear))
    assert finding.members_disagree
    assert not replace(finding, members=(flagged, uncertain)).members_disagree
    assert not replace(finding, members=()).members_disagree


def test_a_result_stored_before_there_were_members_has_none():
    identity = ModelIdentity("dxa_bmd", "1.0", "phantom", "00", "nobody")
    finding = Finding(identity, Outcome.UNCERTAIN, 0.5, {}, {}, {})
    plain = to_json(ScreeningResult("f", Status.SCREENED, None, None, (finding,), Seconds(0, 0)))
    del plain["findings"][0]["members"]
    assert from_json(plain).findings == (finding,)
