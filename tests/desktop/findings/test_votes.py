"""Votes of members and of models in words: agreement, doubt and disagreement are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.findings.result import Finding, Interval, Member, ModelIdentity, NotMeasured, Outcome
from desktop.findings.votes import SIDE_BY_SIDE, member_words, models_sentence, votes_sentence

FLAGGED, UNCERTAIN, NOT_FLAGGED = Outcome.FLAGGED, Outcome.UNCERTAIN, Outcome.NOT_FLAGGED
SILENT = NotMeasured("This model measures no bone density.")


def ensemble(*votes: Outcome, outcome: Outcome = FLAGGED) -> Finding:
    names = ("cnn", "vgg16", "resnet_forest")
    return Finding(
        model=ModelIdentity("stacked_ensemble", "0.1.0", "phantom", "ab" * 32, "signer"),
        outcome=outcome,
        osteoporosis_probability=0.4,
        bmd_g_cm2=SILENT,
        t_score=SILENT,
        z_score=SILENT,
        members=tuple(
            Member(name, vote, 0.4, {"t_at_or_below_minus_2_5": 0.4}, 0.1)
            for name, vote in zip(names, votes, strict=False)
        ),
    )


def regression(outcome: Outcome) -> Finding:
    finding = ensemble(outcome=outcome)
    model = replace(finding.model, family="dxa_bmd")
    return replace(finding, model=model, bmd_g_cm2={"L1-L4": Interval(0.8, 0.7, 0.9)})


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ((), ""),
        ((FLAGGED, FLAGGED, FLAGGED), "All 3 members say flagged."),
        (
            (NOT_FLAGGED, FLAGGED, NOT_FLAGGED),
            "The members disagree: VGG16 says flagged, CNN and ResNet with forest say not flagged.",
        ),
        (
            (FLAGGED, UNCERTAIN, NOT_FLAGGED),
            "The members disagree: CNN says flagged, VGG16 says uncertain, "
            "ResNet with forest says not flagged.",
        ),
        (
            (UNCERTAIN, UNCERTAIN, NOT_FLAGGED),
            "The members do not all say the same: CNN and VGG16 say uncertain, "
            "ResNet with forest says not flagged.",
        ),
    ],
)
def test_votes_in_words(votes: tuple[Outcome, ...], said: str) -> None:
    assert votes_sentence(ensemble(*votes)) == said


def test_models_that_do_not_agree_are_named_with_what_they_read() -> None:
    findings = (regression(FLAGGED), ensemble(outcome=NOT_FLAGGED))
    assert models_sentence(findings) == (
        "The models do not agree: dxa_bmd (from bone density) says flagged, "
        f"stacked_ensemble (from classes) says not flagged. {SIDE_BY_SIDE}"
    )


def test_models_that_agree_and_a_single_one_need_no_sentence() -> None:
    assert models_sentence((regression(FLAGGED), ensemble(outcome=FLAGGED))) == ""
    assert models_sentence((ensemble(FLAGGED, NOT_FLAGGED),)) == ""
    assert models_sentence(()) == ""


def test_a_member_of_a_newer_bundle_keeps_its_name() -> None:
    assert member_words("transformer") == "transformer"
