"""The study's page, docs/results/chest_multi_roi.md: the published tables with ours beside, the findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from desktop.clinical.lumbar import VERTEBRAE
from desktop.clinical.reference import default_table
from training.chest_multi_roi.bmd_data import PUBLISHED_PARTS
from training.chest_multi_roi.ceiling import best_estimate
from training.chest_multi_roi.findings import findings
from training.chest_multi_roi.landmark_table import HOW_MEASURED, Landmarks, landmark_table
from training.chest_multi_roi.metrics import Score, scores
from training.chest_multi_roi.published import PUBLISHED
from training.chest_multi_roi.study_runs import (
    BACKBONES,
    CHEST,
    DENSE,
    LOCALS,
    MULTI,
    SHIPPED,
    TENFOLD,
    Answers,
    Study,
    Values,
)
from training.markdown import table
from training.resampling import Interval, draws, weighted_r

HEAD = """# chest_multi_roi: results

Drawn by `make study-chest` from the folders of finished runs; nothing here is typed in but the published
figures, which are of another, private data set of real pictures. Ours are measured on phantoms, made
pictures whose truth is known: they say how well the networks read such pictures, and nothing about patients.
R / AUC (T < -2.5 of that vertebra by the shipped table); the mean is of the four columns, with 95 % bootstrap
intervals over persons. Claims compare within one table only. The ceiling is what the true bones of the very
persons in a table's pictures tell at best ([ceiling.md](ceiling.md) has it for all persons).
"""
TITLES = {"one": "One look, as one hospital's pictures are", "every": "Every look"}
SECOND_TABLE = (*LOCALS, CHEST, MULTI, "Ensemble_roi", "Ensemble_all", DENSE)
R_BELOW_CEILING, AUC_BELOW_CEILING = 0.05, 0.03
"""How far below the ceiling the best network on one look may stay."""
COLUMNS = (*VERTEBRAE, "mean")
CEILING = "ceiling of these persons"


def page(study: Study) -> str:
    """Return the page in Markdown."""
    looks = {look: _look(look, answers, study.configs) for look, answers in study.tables.items()}
    parts = [
        HEAD,
        _landmarks(study.landmarks),
        _shipped(study),
        looks.get("one"),
        _tenfold(study),
        looks.get("every"),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def _landmarks(found: Landmarks | None) -> str:
    if found is None:
        return ""
    return f"""## Landmarks

Of the shipped network, {found.method}, which learned from {found.pictures:,} phantoms.
{HOW_MEASURED}
[A page of its own](chest_multi_roi_landmarks.md) compares both methods on the same data.

{landmark_table([found])}"""


def _shipped(study: Study) -> str:
    if study.shipped is None:
        return ""
    settings = study.configs[SHIPPED]["settings"]
    counts = study.configs[SHIPPED]["pictures"]
    scored = _all_scored(_with_ceiling({SHIPPED: study.shipped}))
    rows = [[f"multi, {settings['encoder']} x {settings['width']:g}", *_score_cells(scored[SHIPPED])]]
    if study.shipped.joined is not None:
        joined = replace(study.shipped, predicted=study.shipped.joined)
        rows.append(["summed with age, sex, weight, height", *_cells(joined)])
    begun = " Encoder and decoder began with those of another network, of training persons too."
    return f"""## The shipped model, every look

Learned from {counts["train"]:,} phantoms, watched on {counts["tune"]:,}, judged on {counts["test"]:,}
of other persons.{begun if study.configs[SHIPPED].get("start") else ""}

{table(["", *COLUMNS], [*rows, *_beside(study.shipped, scored)])}
{_gain("the shipped model", study.shipped)}

![predicted against true](chest_multi_roi/scatter_shipped.png)"""


def _look(look: str, answers: Mapping[str, Answers], configs: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(answers.values()))
    judged = _with_ceiling(answers)
    scored = _all_scored(judged)
    means = {name: _means(scored[name]) for name in answers}
    config = next(each for name, each in configs.items() if name.startswith(f"{look}/"))
    counts, settings = config["pictures"], config["settings"]
    asked = [[each.claim, "yes" if each.holds else "no", each.figures] for each in findings(answers, means)]
    beside = _beside(first, scored)
    named = MULTI if MULTI in answers else next(iter(answers))
    backbones = [f"chest_{name}" for name in BACKBONES]
    return f"""## {TITLES[look]}

{counts["train"]:,} pictures to learn from, {counts["tune"]:,} to watch, {counts["test"]:,} to test;
encoders of {settings["width"]:g} times the published width, regions of {settings["size_px"]} pixels,
{settings["course"]["epochs"]} epochs, one seed.{_dense(configs.get(f"{look}/{DENSE}"))}

### Backbones, whole chest

{table(["", *COLUMNS], [*_rows(backbones, scored), *beside])}
### Single regions, multi-ROI and ensembles, VGG16

{table(["", *COLUMNS], [*_rows(SECOND_TABLE, scored), *beside])}
{_gain(named, answers[named])}
{_floors(judged, scored) if look == "one" else ""}

![predicted against true](chest_multi_roi/scatter_{look}.png)

### The study's findings

{table(["finding", "here", "figures"], asked)}"""


def _tenfold(study: Study) -> str:
    """Return the section on the network that learned from many more pictures of one look."""
    if study.tenfold is None:
        return ""
    judged = _with_ceiling({TENFOLD: study.tenfold})
    scored = _all_scored(judged)
    config = study.configs[f"one/{TENFOLD}"]
    counts, settings = config["pictures"], config["settings"]
    rows = [*_rows([TENFOLD], scored), *_beside(study.tenfold, scored)]
    times = counts["train"] / PUBLISHED_PARTS["train"]
    return f"""## One look, {times:.2g} times the pictures

Learned as the shipped model is, mineral place by place, by {settings["encoder"]} x {settings["width"]:g} at
{settings["size_px"]} pixels, from {counts["train"]:,} pictures, with {counts["tune"]:,} to watch and
{counts["test"]:,} to test: {settings["course"]["epochs"]} epochs and
{settings.get("as_cut_epochs", 0)} on regions as they are cut, one seed.
These persons are none that any network of the tables above learned from or was watched on.

{table(["", *COLUMNS], rows)}
{_gain(TENFOLD, study.tenfold)}
{_floors(judged, scored)}
{_beyond_dense(study.tenfold, study.tables.get("one", {}).get(DENSE))}

![predicted against true](chest_multi_roi/scatter_{TENFOLD}.png)"""


def _beyond_dense(tenfold: Answers, dense: Answers | None) -> str:
    """Return the sentence on what the more pictures gain, on those that both were tested on."""
    alike = sorted(set(tenfold.files) & set(dense.files)) if dense else []
    if dense is None or not alike:
        return ""
    of_tenfold, of_dense = ([each.files.index(file) for file in alike] for each in (tenfold, dense))
    few = replace(tenfold, people=tuple(tenfold.people[k] for k in of_tenfold), true=tenfold.true[of_tenfold])
    predicted = tenfold.predicted[of_tenfold], dense.predicted[of_dense]
    r, r_dense = (_value(_scored(replace(few, predicted=each))["mean"].r) for each in predicted)
    gain = _gained(few, *predicted)
    return (
        f"On the {len(alike):,} pictures that both were tested on, {DENSE} has a mean R of {r_dense:.3f} and "
        f"{TENFOLD} {r:.3f}: {gain} more."
    )


def _dense(config: Mapping[str, Any] | None) -> str:
    """Return the sentence on the network that the study has not."""
    if config is None:
        return ""
    settings = config["settings"]
    return f""" *{DENSE}* is no part of the study:
the recipe of the shipped model ({settings["encoder"]} x {settings["width"]:g}, {settings["size_px"]} pixels,
mineral place by place, {settings["course"]["epochs"]} epochs) on the same pictures."""


def _floors(answers: Mapping[str, Answers], scored: Mapping[str, Mapping[str, Score]]) -> str:
    """Return the sentence on what was asked of the best network, empty where no ceiling is known."""
    if CEILING not in answers:
        return ""
    most_r, most_auc = _means(scored[CEILING])
    least_r, least_auc = most_r - R_BELOW_CEILING, most_auc - AUC_BELOW_CEILING
    best = max((name for name in answers if name != CEILING), key=lambda name: _means(scored[name])[0])
    r, auc = _means(scored[best])
    reached = "reached" if r >= least_r and auc >= least_auc else "not reached"
    asked = f"a mean R of {least_r:.3f} and a mean AUC of {least_auc:.3f}"
    below = _gained(answers[best], answers[CEILING].predicted, answers[best].predicted)
    return (
        f"Asked of the best network, by the ceiling: {asked}. {best} has {r:.3f} and {auc:.3f}: {reached}. "
        f"Its mean R stays {below} below the ceiling's."
    )


def _rows(names: Sequence[str], scored: Mapping[str, Mapping[str, Score]]) -> list[list[str]]:
    rows = []
    for name in names:
        if name in PUBLISHED:
            rows.append([f"{name}, *published*", *(f"*{r:.3f} / {auc:.3f}*" for r, auc in PUBLISHED[name])])
        if name in scored:
            rows.append([f"**{name}**", *_score_cells(scored[name])])
    return rows


def _beside(answers: Answers, scored: Mapping[str, Mapping[str, Score]]) -> list[list[str]]:
    """Return the lines beside all networks: what needs no picture, and what no picture can exceed."""
    rows = []
    if answers.by_person is not None:
        rows.append(["age, sex, weight, height", *_cells(replace(answers, predicted=answers.by_person))])
    return rows + ([[CEILING, *_score_cells(scored[CEILING])]] if CEILING in scored else [])


def _with_ceiling(answers: Mapping[str, Answers]) -> Mapping[str, Answers]:
    """Return the networks of one test part and, of phantoms, the best that could be said of it as CEILING."""
    first = next(iter(answers.values()))
    predicted = best_estimate(first.files)
    return answers if predicted is None else {**answers, CEILING: replace(first, predicted=predicted)}


def _gain(name: str, answers: Answers) -> str:
    """Return the sentence on what a network's mean R gains over age, sex, weight and height."""
    if answers.by_person is None:
        return ""
    gain = _gained(answers, answers.predicted, answers.by_person)
    return f"Over age, sex, weight and height, {name} gains {gain} in mean R."


def _gained(answers: Answers, predicted: Values, beside: Values) -> str:
    """Return what the mean R of `predicted` is more than that of `beside`, on the persons of `answers`."""
    weights = np.vstack([np.ones(len(answers.people)), draws(answers.people, 1000, 1)])
    gains = np.mean(
        [
            weighted_r(weights, answers.true[:, k], predicted[:, k])
            - weighted_r(weights, answers.true[:, k], beside[:, k])
            for k in range(len(VERTEBRAE))
        ],
        axis=0,
    )
    low, high = np.percentile(gains[1:], [2.5, 97.5])
    return f"{gains[0]:.3f} ({low:.3f} to {high:.3f})"


def _scored(answers: Answers) -> Mapping[str, Score]:
    return scores(answers.true, answers.predicted, answers.people, default_table())


def _all_scored(answers: Mapping[str, Answers]) -> Mapping[str, Mapping[str, Score]]:
    return {name: _scored(each) for name, each in answers.items()}


def _means(found: Mapping[str, Score]) -> tuple[float, float]:
    """Return the mean R and the mean AUC."""
    return _value(found["mean"].r), _value(found["mean"].auc)


def _cells(answers: Answers) -> list[str]:
    return _score_cells(_scored(answers))


def _score_cells(found: Mapping[str, Score]) -> list[str]:
    cells = [f"{_value(found[name].r):.3f} / {_value(found[name].auc):.3f}" for name in VERTEBRAE]
    return [*cells, f"{_whole(found['mean'].r)} / {_whole(found['mean'].auc)}"]


def _value(figure: Interval | None) -> float:
    return float("nan") if figure is None else figure.value


def _whole(figure: Interval | None) -> str:
    return "-" if figure is None else f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
