"""Writes the page on phantom people and how they compare with NHANES.

`python -m training.phantom.studies.people --out docs/results/person.md`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from training.markdown import lines
from training.phantom.people.nhanes import Participants, read_participants
from training.phantom.people.person import L5_FROM_L4, T12_FROM_L1, People, draw_people
from training.phantom.people.population import (
    area_shares,
    density_of_partly_measured,
    prevalences,
    size_model_on_drawn,
    size_model_on_participants,
)
from training.phantom.studies.person_checks import (
    CORRELATION_LIMIT,
    MEAN_LIMIT_PERCENT,
    SD_LIMIT_PERCENT,
    Cell,
    Compared,
    compare_cells,
    compare_correlations,
    erase_and_redraw,
)

_SEX = {"F": "women", "M": "men"}
_ERASING_SEEDS = range(6)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the people, compare them with NHANES and write the page."""
    parser = argparse.ArgumentParser(prog="python -m training.phantom.studies.people", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/results/person.md"))
    parser.add_argument("--count", type=int, default=100_000, help="how many people to draw")
    parser.add_argument("--seed", type=int, default=20_260)
    given = parser.parse_args(arguments)
    page = write_page(read_participants(), draw_people(given.seed, given.count), given.seed)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{given.out}\n")


def write_page(participants: Participants, people: People, seed: int) -> str:
    """Return the page in Markdown."""
    cells = compare_cells(participants, people)
    parts = [
        _opening(participants, people, seed),
        _cells(cells, participants),
        _correlations(compare_correlations(participants, people)),
        _erased(participants),
        _prevalence(participants, people),
        _shares_and_size(participants, people),
        _limits(),
    ]
    return "\n".join(parts)


def _opening(participants: Participants, people: People, seed: int) -> str:
    four = participants.measured.all(axis=1)
    return f"""# Phantom people

Written by `python -m training.phantom.studies.people --out docs/results/person.md`, from
{len(people):,} people drawn with seed {seed}, beside the {len(participants):,} participants of
NHANES 2017-March 2020 that they are drawn from.

A phantom person is a participant, drawn with replacement and without survey weights, with the
measured BMD and area of each valid vertebra as they are. Only {four.sum():,} participants have all
four vertebrae. The others are completed by draws from a Gaussian model, fitted by sex with
expectation-maximisation over all participants: log BMD and log area of L1 to L4, log weight and
height, their means quadratic in age. What is known of a participant conditions what is drawn; a
value beyond three SD counts as three in that, because one sclerotic vertebra says little of its
neighbours. Three values that NHANES marks valid are dropped: an L1 of 0.0 g/cm2 (participant 119356)
and L4s of 2.850 (115666) and 2.864 (124401, beside an L1 of 0.924).
"""


def _cells(cells: list[Cell], participants: Participants) -> str:
    rows = [
        (
            _SEX[cell.sex],
            _decade(cell.decade),
            cell.vertebra,
            cell.measured,
            f"{cell.missing:.0%}",
            *_compared_columns(cell.mean),
            *_compared_columns(cell.sd),
        )
        for cell in cells
    ]
    head = "| | age | | measured | missing | mean | where measured | all | NHANES 95 % "
    head += "| SD | where measured | all | NHANES 95 % |"
    return f"""## Mean and SD of BMD by sex, decade and vertebra

NHANES's own value in g/cm2, then by how many percent the drawn people differ from it. *Where
measured*: drawn people, in the vertebrae that were measured in them. This is like for like: it shows
that drawing is fair. *All*: with the vertebrae that were filled in. *NHANES 95 %*: how far NHANES's
own value reaches by chance, from 1,000 bootstrap resamples of its participants, in percent of it.

{head}
{"| --- " * 13}|
{lines(rows)}

{_cells_verdict(cells, participants)}
"""


def _cells_verdict(cells: list[Cell], participants: Participants) -> str:
    means, sds = [cell.mean for cell in cells], [cell.sd for cell in cells]
    denser = {name: density_of_partly_measured(participants, sex) for sex, name in _SEX.items()}
    return f"""- Where measured, {_verdict(means, MEAN_LIMIT_PERCENT, "mean", "drawn_where_measured")}
- Where measured, {_verdict(sds, SD_LIMIT_PERCENT, "SD", "drawn_where_measured")}
- All, {_verdict(means, MEAN_LIMIT_PERCENT, "mean", "drawn")}
- All, {_verdict(sds, SD_LIMIT_PERCENT, "SD", "drawn")}

What *all* differs by is no error of drawing. Vertebrae are missing more often where bone is dense: at
the same age, L1 is {denser["women"]:.1f} % denser in women who lack another vertebra and
{denser["men"]:.1f} % in men. So NHANES's measured values are those of a less dense selection, and
completed people differ from it most where most is missing."""


def _verdict(compared: list[Compared], limit_percent: float, name: str, column: str) -> str:
    differences = [one.percent(getattr(one, column)) for one in compared]
    beyond = sum(abs(difference) > limit_percent for difference in differences)
    inside = sum(one.low <= getattr(one, column) <= one.high for one in compared)
    return (
        f"the {name} differs by at most {max(map(abs, differences)):.2f} %: {beyond} of {len(compared)} "
        f"beyond the limit of {limit_percent:.0f} %, {inside} inside NHANES's own interval."
    )


def _correlations(compared: dict[str, Compared]) -> str:
    rows = [
        (
            name,
            f"{one.nhanes:.3f} ({one.low:.3f} to {one.high:.3f})",
            f"{one.drawn_where_measured:.3f} ({one.drawn_where_measured - one.nhanes:+.3f})",
            f"{one.drawn:.3f} ({one.drawn - one.nhanes:+.3f})",
        )
        for name, one in compared.items()
    ]
    return f"""## Correlations of BMD between vertebrae

NHANES over people with four valid vertebrae, with its 95 % bootstrap interval; drawn people likewise,
and all drawn people with the vertebrae that were filled in. The difference from NHANES is in
brackets; the limit is {CORRELATION_LIMIT}.

| | NHANES, four valid | drawn, four valid | drawn, all |
| --- | --- | --- | --- |
{lines(rows)}
"""


def _erased(participants: Participants) -> str:
    rows = [
        (
            _SEX[row.sex],
            row.vertebra,
            f"{row.count:.0f}",
            f"{row.mean_percent:+.1f} %",
            f"{row.sd_percent:+.1f} %",
            f"{row.r_with_l1:.3f}",
            f"{row.r_with_l1_drawn:.3f}",
            f"{row.within_90_percent:.0f} %",
        )
        for row in erase_and_redraw(participants, _ERASING_SEEDS)
    ]
    return f"""## Does filling in work?

Half of the people with four vertebrae lost those that a participant like them lacks: one of the same
sex, close in age and in the BMD of the vertebrae that the other has. The model was fitted again
without them and drew them again; means of {len(_ERASING_SEEDS)} repeats. *Mean* and *SD*: by how much
drawn differs from true. *r*: with L1, and of L1 with L2. *90 %*: how many of the true values lie in
the middle 90 % of their draws.

| | | erased | mean | SD | r, true | r, drawn | 90 % |
| --- | --- | --- | --- | --- | --- | --- | --- |
{lines(rows)}

This shows that the model fills in what is missing for reasons that it knows. It cannot show that the
vertebrae missing in reality are like these: one that was left out because it was itself abnormal is
drawn as if it were not.
"""


def _prevalence(participants: Participants, people: People) -> str:
    rows = [
        (
            _SEX[row.sex],
            _decade(row.decade),
            f"{100 * row.drawn:.1f} %",
            f"{100 * row.nhanes:.1f} %",
            f"{100 * row.weighted:.1f} % ({100 * row.low:.1f} to {100 * row.high:.1f})",
        )
        for row in prevalences(participants, people)
    ]
    return f"""## Prevalence of T <= -2.5, L1-L4

Drawn people; NHANES participants with two valid vertebrae or more, mineral over area of those; and the
same with the survey's weights, for the US population of 50 and over, with a 95 % interval from strata
and PSUs. Phantom people stand for the participants and not for the US population. Filling in makes
their prevalence a little lower, for the reason above.

| | age | drawn | NHANES, unweighted | NHANES, weighted |
| --- | --- | --- | --- | --- |
{lines(rows)}
"""


def _shares_and_size(participants: Participants, people: People) -> str:
    shares = [
        (name, *(f"{share:.4f}" for share in area_shares(participants, weighted=weighted)))
        for name, weighted in (("unweighted", False), ("weighted", True))
    ]
    sizes = [
        ("NHANES, four valid vertebrae, ten-fold", *size_model_on_participants(participants, 4)),
        ("NHANES, everybody, ten-fold", *size_model_on_participants(participants, 1)),
        ("drawn people, fitted on train, judged on test", *size_model_on_drawn(people)),
    ]
    return f"""## Shares of area

The mean share of each vertebra in the area of L1 to L4, over participants with four valid vertebrae.

| | L1 | L2 | L3 | L4 |
| --- | --- | --- | --- | --- |
{lines(shares)}

## What age, sex, weight and height say alone

Least squares on L1-L4 BMD, by sex: age, its square, weight, height. A network has to beat this.

| on | r | AUC (T <= -2.5) |
| --- | --- | --- |
{lines((name, f"{r:.3f}", f"{auc:.3f}") for name, r, auc in sizes)}
"""


def _limits() -> str:
    t12, l5 = T12_FROM_L1, L5_FROM_L4
    return f"""## What this does not give

- Nobody is under 50, and an age of 80 stands for 80 and over, in NHANES as here.
- T12 and L5 were measured in nobody. Assumed: T12 has {t12.bmd_ratio:.2f} of the BMD and
  {t12.area_ratio:.2f} of the area of L1, with an SD of {100 * t12.bmd_log_sd:.1f} % and
  {100 * t12.area_log_sd:.0f} % between people, as L1 from L2 in the file; L5 has {l5.bmd_ratio:.2f} and
  {l5.area_ratio:.2f} of L4, with {100 * l5.bmd_log_sd:.0f} % and {100 * l5.area_log_sd:.0f} %. Pictures
  show them; no label uses them.
- The same participant comes again and again among many drawn people, each time with the same measured
  values. All that is drawn from one participant is in one split.
"""


def _compared_columns(compared: Compared) -> tuple[str, ...]:
    return (
        f"{compared.nhanes:.3f}",
        f"{compared.percent(compared.drawn_where_measured):+.2f}",
        f"{compared.percent(compared.drawn):+.2f}",
        f"{compared.percent(compared.low):+.1f} to {compared.percent(compared.high):+.1f}",
    )


def _decade(decade: int) -> str:
    return "80 and over" if decade == 80 else f"{decade}-{decade + 9}"


if __name__ == "__main__":
    main()
