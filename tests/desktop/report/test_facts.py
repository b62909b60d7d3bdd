from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.findings.result import ViewFinding
from desktop.findings.study import Study
from desktop.imaging.radiograph import View
from desktop.report.facts import provenance_facts


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (ViewFinding(View.DXA_SPINE, 1.0), "(spine DXA)"),
        (ViewFinding(View.DXA_SPINE, 0.93), "(spine DXA, the view check is 93% sure)"),
        (None, "(view not confirmed)"),
    ],
)
def test_the_report_says_how_sure_the_view_is(
    make_study: Callable[..., Study], seen: ViewFinding | None, words: str
) -> None:
    study = make_study()
    checked = replace(study, result=replace(study.result, view=seen))
    facts = {fact.label: fact.value for fact in provenance_facts(checked)}
    assert facts["Picture"].casefold().endswith(words.casefold())
