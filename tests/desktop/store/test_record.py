from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desktop.findings.result import (
    Finding,
    Interval,
    ModelIdentity,
    NotMeasured,
    Outcome,
    ScreeningResult,
    Seconds,
    Status,
    ViewFinding,
)
from desktop.imaging.radiograph import View
from desktop.store.record import decode, encode

numbers = st.floats(-10, 10)
reasons = st.builds(NotMeasured, st.text(max_size=20))
sites = st.sampled_from(["L1", "L4", "L1-L4"])
intervals = st.dictionaries(sites, st.builds(Interval, numbers, numbers, numbers))
points = st.dictionaries(st.sampled_from(["t12", "cervical_spine"]), st.tuples(numbers, numbers))
findings = st.builds(
    Finding,
    model=st.builds(
        ModelIdentity, st.text(), st.text(), st.sampled_from(["phantom", "clinical"]), st.text(), st.text()
    ),
    outcome=st.sampled_from(Outcome),
    osteoporosis_probability=numbers | reasons,
    bmd_g_cm2=intervals | reasons,
    t_score=intervals | reasons,
    z_score=intervals | reasons,
    landmarks=points | reasons,
    warnings=st.lists(st.text(max_size=20), max_size=2).map(tuple),
)
views = st.none() | st.builds(ViewFinding, st.sampled_from(View), st.floats(0, 1))
results = st.builds(
    ScreeningResult,
    file=st.text(),
    status=st.sampled_from(Status),
    reason=st.none() | st.text(),
    view=views,
    findings=st.lists(findings, max_size=2).map(tuple),
    seconds=st.builds(Seconds, numbers, numbers),
)


@given(results)
def test_a_result_comes_back_equal(result: ScreeningResult) -> None:
    assert decode(encode(result)) == result


def test_a_file_name_that_is_no_text_can_be_written() -> None:
    result = ScreeningResult("r\udce9.png", Status.FAILED, "It is empty.", None, (), Seconds(0, 0))
    assert decode(encode(result)) == replace(result, file="r?.png")
