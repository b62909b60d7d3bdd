"""What a report says of an ensemble's members: their votes, probabilities and effects on the answer."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.findings.anatomy_words import listed
from desktop.findings.marks import CLASS_TITLES, OUTCOME_TITLES
from desktop.findings.result import Finding, NotMeasured
from desktop.findings.votes import EFFECT_MEANING, member_words, models_sentence, votes_sentence
from desktop.report.table import ScoreTable
from desktop.report.words import percent, signed

MEMBER_HEADS = ("Member", "Vote", "P(T \u2264 \u22122.5)", "Effect")


def member_table(finding: Finding) -> ScoreTable | None:
    """Return a row for each member of an ensemble, None where the model is a single network."""
    if not finding.members:
        return None
    rows = tuple(
        (
            member_words(member.name),
            OUTCOME_TITLES[member.vote],
            percent(member.osteoporosis_probability),
            _effect(member.log_odds_share),
        )
        for member in finding.members
    )
    return ScoreTable(MEMBER_HEADS, rows)


def member_notes(finding: Finding) -> tuple[str, ...]:
    """Return how the members vote in words, and what their effect is; none without members."""
    return (votes_sentence(finding), EFFECT_MEANING) if finding.members else ()


def votes_notes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return what stands beside the table of members on paper: who does not say the same."""
    return tuple(filter(None, (models_sentence(findings), *map(votes_sentence, findings))))


def votes_legend(findings: Sequence[Finding], shown: Finding | None) -> tuple[str, ...]:
    """Return what stands below it: what an effect is, and the classes of findings but the one `shown`."""
    effect = EFFECT_MEANING if any(finding.members for finding in findings) else ""
    return tuple(filter(None, (effect, *(classes_line(each) for each in findings if each is not shown))))


def classes_line(finding: Finding) -> str:
    """Return the classes of a finding in one line, for a report that shows another in detail; "" without."""
    probabilities, possible = finding.class_probabilities, finding.possible_classes
    if isinstance(probabilities, NotMeasured):
        return ""
    told = ", ".join(
        f"{title}: {percent(probabilities[name])}"
        for name, title in CLASS_TITLES.items()
        if name in probabilities
    )
    open_classes = () if isinstance(possible, NotMeasured) else possible
    left = [title for name, title in CLASS_TITLES.items() if name in open_classes]
    return f"{finding.model.family}: {told}{f'; left open: {listed(left)}' if left else ''}."


def _effect(log_odds: float) -> str:
    words = signed(log_odds, 2)
    return f"+{words}" if round(log_odds, 2) > 0 else words
