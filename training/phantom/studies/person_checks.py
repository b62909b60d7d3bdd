"""Compares drawn people with the NHANES participants they come from: means, spread and correlations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.lumbar import VERTEBRAE
from training.phantom.people.nhanes import Participants
from training.phantom.people.person import People, complete, fit_model
from training.phantom.people.population import groups

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEAN_LIMIT_PERCENT, SD_LIMIT_PERCENT, CORRELATION_LIMIT = 1.0, 5.0, 0.02
_RESAMPLES = 1000
_L1_TO_L4 = slice(1, 5)


@dataclass(frozen=True)
class Compared:
    """One statistic in NHANES with its 95 % bootstrap interval, and in drawn people."""

    nhanes: float
    low: float
    high: float
    drawn_where_measured: float
    drawn: float

    def percent(self, value: float) -> float:
        """Return by how many percent of the NHANES value a value differs from it."""
        return 100.0 * (value / self.nhanes - 1.0)


@dataclass(frozen=True)
class Cell:
    """BMD (g/cm2) of one vertebra in one sex and decade; `missing` is the share without a value."""

    sex: Literal["F", "M"]
    decade: int
    vertebra: str
    measured: int
    missing: float
    mean: Compared
    sd: Compared


@dataclass(frozen=True)
class Erased:
    """Vertebrae with a known BMD that were erased as others are missing, and drawn again.

    Differences of drawn from true in percent; the correlation is with L1 (for L1 itself with L2), true and
    drawn; `within_90_percent` is how many of the true values lie in the middle 90 % of their draws.
    """

    sex: Literal["F", "M"]
    vertebra: str
    count: float
    mean_percent: float
    sd_percent: float
    r_with_l1: float
    r_with_l1_drawn: float
    within_90_percent: float


def compare_cells(participants: Participants, people: People, seed: int = 0) -> list[Cell]:
    """Compare mean and SD of each vertebra by sex and decade, 32 cells."""
    generator = np.random.default_rng(seed)
    drawn_groups = [who for _, _, who in groups(people)]
    cells = []
    for (sex, decade, who), of_drawn in zip(groups(participants), drawn_groups, strict=True):
        known = participants.bmd_g_cm2[who]
        drawn = people.bmd_g_cm2[of_drawn, _L1_TO_L4]
        drawn_known = np.where(people.imputed[of_drawn, _L1_TO_L4], np.nan, drawn)
        resampled = known[generator.integers(len(known), size=(_RESAMPLES, len(known)))]
        means = _compared(np.nanmean, known, resampled, drawn_known, drawn)
        sds = _compared(np.nanstd, known, resampled, drawn_known, drawn)
        measured = (~np.isnan(known)).sum(axis=0)
        for at, vertebra in enumerate(VERTEBRAE):
            missing = 1.0 - measured[at] / len(known)
            cells.append(Cell(sex, decade, vertebra, int(measured[at]), missing, means[at], sds[at]))
    return cells


def compare_correlations(participants: Participants, people: People, seed: int = 0) -> dict[str, Compared]:
    """Compare the correlation of L1 with L2, L3 and L4 over people with four valid vertebrae."""
    generator = np.random.default_rng(seed)
    known = participants.bmd_g_cm2[participants.measured.all(axis=1)]
    drawn = people.bmd_g_cm2[:, _L1_TO_L4]
    drawn_known = drawn[~people.imputed[:, _L1_TO_L4].any(axis=1)]
    resampled = np.stack(
        [_with_l1(known[generator.integers(len(known), size=len(known))]) for _ in range(_RESAMPLES)]
    )
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    columns = zip(_with_l1(known), low, high, _with_l1(drawn_known), _with_l1(drawn), strict=True)
    names = [f"L1-{vertebra}" for vertebra in VERTEBRAE[1:]]
    return {name: Compared(*map(float, values)) for name, values in zip(names, columns, strict=True)}


def erase_and_redraw(participants: Participants, seeds: Sequence[int], draws: int = 100) -> list[Erased]:
    """Erase vertebrae of complete people as they are missing in others like them, draw them again, compare.

    The model is fitted again without the erased values; the rows are means over the seeds.
    """
    rounds = [_erase_once(participants, np.random.default_rng(seed), draws) for seed in seeds]
    numbers = np.mean([[row[2:] for row in rows] for rows in rounds], axis=0)
    return [
        Erased(row[0], row[1], *map(float, values)) for row, values in zip(rounds[0], numbers, strict=True)
    ]


def _compared(
    statistic: Callable[..., Floats], known: Floats, resampled: Floats, drawn_known: Floats, drawn: Floats
) -> list[Compared]:
    """Return a statistic of each vertebra; `resampled` is [resample, participant, vertebra]."""
    low, high = np.percentile(statistic(resampled, axis=1), [2.5, 97.5], axis=0)
    of_all = (statistic(known, axis=0), low, high, statistic(drawn_known, axis=0), statistic(drawn, axis=0))
    return [Compared(*map(float, values)) for values in zip(*of_all, strict=True)]


def _with_l1(bmd: Floats) -> Floats:
    return np.corrcoef(bmd.T)[0, 1:]


def _erased_like_others(participants: Participants, generator: np.random.Generator) -> Flags:
    """Return what to erase, [participant, vertebra]: of half the complete people, what one like them misses.

    Alike: of the ten closest in age and in the BMD of the vertebrae that the other has, of the same sex, one.
    """
    erased = np.zeros_like(participants.measured)
    four = participants.measured.all(axis=1)
    log_bmd = np.log(participants.bmd_g_cm2)
    for person in np.flatnonzero(four & (generator.random(len(participants)) < 0.5)):
        others = np.flatnonzero(~four & (participants.female == participants.female[person]))
        apart = np.nanmean(log_bmd[others] - log_bmd[person], axis=1) / 0.15
        older = (participants.age_years[others] - participants.age_years[person]) / 10.0
        like = others[generator.choice(np.argsort(apart**2 + older**2)[:10])]
        erased[person] = ~participants.measured[like]
    return erased


def _erase_once(participants: Participants, generator: np.random.Generator, draws: int) -> list[tuple]:
    erased = _erased_like_others(participants, generator)
    bmd, area = (np.where(erased, np.nan, known) for known in (participants.bmd_g_cm2, participants.area_cm2))
    holed = replace(participants, bmd_g_cm2=bmd, area_cm2=area)
    model, chosen = fit_model(holed), np.flatnonzero(erased.any(axis=1))
    normal = generator.standard_normal((draws, len(chosen), 14))
    redrawn = np.stack([complete(holed, model, chosen, one).bmd_g_cm2[:, _L1_TO_L4] for one in normal])
    known, female, holes = participants.bmd_g_cm2[chosen], participants.female[chosen], erased[chosen]
    return [
        (sex, vertebra, *_redrawn_numbers(at, known, redrawn, holes[:, at] & (female == (sex == "F"))))
        for sex in ("F", "M")
        for at, vertebra in enumerate(VERTEBRAE)
    ]


def _redrawn_numbers(at: int, known: Floats, redrawn: Floats, who: Flags) -> tuple[float, ...]:
    """Return what follows the vertebra in `Erased`, for the people in `who` and the vertebra at an index."""
    true, drawn = known[who, at], redrawn[:, who, at]
    low, high = np.percentile(drawn, [5, 95], axis=0)
    other = 1 if at == 0 else 0
    return (
        who.sum(),
        100.0 * (drawn.mean() / true.mean() - 1.0),
        100.0 * (drawn.std() / true.std() - 1.0),
        np.corrcoef(true, known[who, other])[0, 1],
        np.mean([np.corrcoef(one[who, at], one[who, other])[0, 1] for one in redrawn]),
        100.0 * ((true >= low) & (true <= high)).mean(),
    )
