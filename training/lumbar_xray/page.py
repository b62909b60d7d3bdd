"""The study's page, docs/results/lumbar_xray.md: every table and figure of the published study, with ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.lumbar_xray.cells import estimate, number, p_value, spread, with_interval
from training.lumbar_xray.cohort import comparison, enrolment, person_probabilities
from training.lumbar_xray.corner_judging import Judged
from training.lumbar_xray.metrics import Scores, auc_gain
from training.lumbar_xray.run_files import ClassRun, Predictions, Pretraining, scores_of
from training.markdown import table

PUBLISHED = "published ResNet50 (another, private data set)"
ENSEMBLE = "ensemble"
HEAD = """# lumbar_xray: results

Drawn by `make study-lumbar` from the folders of finished runs; nothing here is typed in but the published
figures, which are of another, private data set: 254 patients of one hospital, not to be had. {evidence}
Backbones started from {transfer}. Intervals are 95 % over persons.
The probability of what ships is calibrated, and its classes come as conformal sets:
[reliability and coverage](lumbar_xray_shipped.md), [what the evidence rests on](lumbar_xray_evidence.md).
"""
ON_PHANTOMS = """Ours are measured on phantoms, made pictures whose truth is known. They say how well the
networks read such pictures, and nothing about patients."""
ON_PICTURES = "Ours are measured on the data folder that the runs name."


@dataclass(frozen=True)
class Study:
    """The finished runs by backbone: two and three classes on all pictures; the published size by seeds.

    one_look: of two classes, on pictures as of one machine.
    """

    two: Mapping[str, ClassRun]
    three: Mapping[str, ClassRun] = field(default_factory=dict)
    frozen: Mapping[str, Sequence[ClassRun]] = field(default_factory=dict)
    tuned: Mapping[str, Sequence[ClassRun]] = field(default_factory=dict)
    one_look: Mapping[str, ClassRun] = field(default_factory=dict)
    corners: Mapping[str, Judged] | None = None
    pretraining: Mapping[str, Pretraining] = field(default_factory=dict)


def page(study: Study) -> str:
    """Return the page in Markdown."""
    clinical = all(run.configuration.evidence == "clinical" for run in study.two.values())
    transfer = (
        "their own pre-training on the BMD of the same pictures' training part, not from ImageNet"
        if study.pretraining
        else "the files of weights whose SHA-256 the runs' config.json holds"
    )
    head = HEAD.format(evidence=ON_PICTURES if clinical else ON_PHANTOMS, transfer=transfer)
    parts = [
        head,
        _flow_section(study),
        _group_section(study),
        _corner_section(study.corners),
        _pretraining_section(study.pretraining),
        _two_section(study),
        _one_look_section(study),
        _size_section(study),
        _three_section(study),
        _figure_section(study),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def ensemble(runs: Mapping[str, ClassRun], part: str = "test") -> Predictions | None:
    """Return the mean probabilities of several networks, None for fewer than two or different pictures."""
    told = [run.predictions(part) for run in runs.values()]
    if len(told) < 2 or len({tuple(each.file for each in one.people) for one in told}) > 1:
        return None
    return Predictions(told[0].people, np.mean([one.found for one in told], axis=0))


def _flow_section(study: Study) -> str:
    rows = [[PUBLISHED, "2,300", *["not told apart"] * 4, "254"]]
    total, excluded, left = enrolment(next(iter(study.two.values())).configuration)
    rows.append(["ours", f"{total:,}", *(f"{count:,}" for count in excluded.values()), f"{left:,}"])
    return "## Enrolment\n\n" + table(["", "pictures", *excluded, "left"], rows)


def _group_section(study: Study) -> str:
    run = next(iter(study.two.values()))
    people = [each for part in run.configuration.pictures for each in run.own_predictions(part).people]
    rows = [[each.name, each.positive, each.negative, p_value(each.p)] for each in comparison(people)]
    published = """Published: age 80.4 ± 9.6 against 74.1 ± 11.0 (p < 0.01); BMI 23.0 ± 3.1 against 24.8 ± 3.9
(p < 0.01); 189 women and 65 men in all; T-score -3.31 ± 0.63 against 0.32 ± 1.12.
"""
    head = ["", "osteoporosis", "without", "p"]
    return "## The two groups\n\n" + published + "\n" + table(head, rows)


def _corner_section(corners: Mapping[str, Judged] | None) -> str:
    if corners is None:
        return ""
    found = corners["test"]
    rows = [
        [level, f"{each.count:,}", number(each.mean_mm), number(each.p95_mm), number(each.mean_percent)]
        for level, each in found.corners.items()
    ]
    head = ["level", "corners", "mean, mm", "95th percentile, mm", "mean, % of the side"]
    names, heights = found.labels, found.heights
    text = f"""Of {names.vertebrae:,} vertebrae of the test part {names.right:,} have their own name and
{names.off_by_one:,} a neighbour's; L1, L2 and L3 all have theirs in {names.region_right:,} of
{names.pictures:,} pictures that show them whole. Lengths are on the detector.
"""
    mean = heights.mean_mm
    told = "" if mean is None else ", ".join(f"{part} {value:.2f} mm" for part, value in mean.items())
    grades = [[f"true grade {grade}", *map(str, line)] for grade, line in enumerate(heights.grades)]
    shown = table(["", *(f"told {grade}" for grade in range(len(grades)))], grades)
    more = f"Mean error of heights over {heights.count:,} vertebrae: {told}.\n\n"
    more += f"{_grade_words(heights.grades)}\n\n"
    return "## Vertebra corners\n\n" + text + "\n" + table(head, rows) + "\n" + more + shown


def _grade_words(grades: Sequence[Sequence[int]]) -> str:
    """Say sensitivity and specificity from each grade up."""
    counts = np.array(grades)
    words = []
    for grade in (1, 2, 3):
        found, missed = counts[grade:, grade:].sum(), counts[grade:, :grade].sum()
        right, false = counts[:grade, :grade].sum(), counts[:grade, grade:].sum()
        sensitivity = f"{found}/{found + missed}" if found + missed else "none there"
        words.append(
            f"grade {grade} and more: sensitivity {sensitivity}, specificity {right}/{right + false}"
        )
    return "; ".join(words) + "."


def _pretraining_section(runs: Mapping[str, Pretraining]) -> str:
    if not runs:
        return ""
    rows = [
        [name, f"{run.epochs} of {run.most}", *(f"{run.error_g_cm2[part]:.3f}" for part in ("tune", "test"))]
        for name, run in runs.items()
    ]
    text = (
        "Mean absolute error of the BMD of L1 to L4, g/cm²; the epoch that was best on the tuning part stays."
    )
    head = ["network", "epochs", "validation", "test"]
    return "## Pre-training\n\n" + text + "\n\n" + table(head, rows)


def _two_section(study: Study) -> str:
    rows = [[PUBLISHED, "0.95", "0.67", "0.82", "0.80", "0.86", "0.83", "0.76"]]
    for name, run in study.two.items():
        accuracy = [estimate(run.scores[part].accuracy) for part in ("train", "tune")]
        rows.append([name, *accuracy, *_test_cells(run.scores["test"])])
    joint = ensemble(study.two)
    if joint is not None:
        rows.append([ENSEMBLE, "-", "-", *_test_cells(scores_of(joint))])
    head = ["network", "accuracy, training", "validation", "test", "precision", "recall", "F1", "AUC"]
    counts = next(iter(study.two.values())).configuration.pictures
    added = next(iter(study.two.values())).scores["test"].count - counts["test"]
    parts = ", ".join(f"{part} {count:,}" for part, count in counts.items())
    more = f", and {added:,} more to test,\nof people from whom no network learned" if added else ""
    text = f"""All pictures, by person: {parts}{more}.
Told is the class of the higher probability. The published row contradicts itself: precision 0.80 with recall
0.86 gives an accuracy of 0.78 to 0.79, and 14 positives stand in its figure, 13 in its text.
"""
    return (
        "## Two classes: T ≤ -2.5 or not\n\n"
        + text
        + "\n"
        + table(head, rows)
        + _ensemble_words(study.two)
        + "\n"
        + _person_words(study.two)
    )


def _ensemble_words(runs: Mapping[str, ClassRun]) -> str:
    """Tell whether the ensemble is better than the network that is best on the tuning part."""
    if ensemble(runs) is None:
        return ""
    best = max(runs, key=lambda name: _auc(runs[name].scores["tune"]))
    rows = []
    for part in ("tune", "test"):
        alone, joint = runs[best].predictions(part), ensemble(runs, part)
        if joint is not None:
            people = [each.person for each in joint.people]
            gain = auc_gain(joint.positive, joint.found[:, -1], alone.found[:, -1], people)
            shown = [with_interval(scores_of(each).auc) for each in (alone, joint)]
            rows.append([part, *shown, with_interval(gain, signed=True)])
    text = f"The ensemble is the mean probability of these {len(runs)}; {best} is best on the tuning part.\n"
    return "\n" + text + "\n" + table(["part", f"AUC, {best}", "ensemble", "gain"], rows)


def _auc(found: Scores) -> float:
    return 0.0 if found.auc is None else found.auc.value


def _person_words(runs: Mapping[str, ClassRun]) -> str:
    """Tell what age, sex, weight and height alone reach on the same people, and what each network adds."""
    first = next(iter(runs.values()))
    test = first.predictions("test")
    alone = person_probabilities(first.predictions("train").people, test.people)
    if alone is None:
        return (
            "The model on age, sex, weight and height is not fitted: not all four are known of everybody.\n"
        )
    people = [each.person for each in test.people]
    told = scores_of(Predictions(test.people, np.column_stack([1 - alone, alone])))
    rows = [["age, sex, weight, height alone", with_interval(told.auc), ""]]
    for name, run in runs.items():
        found = run.predictions("test").found[:, -1]
        gain = auc_gain(test.positive, found, alone, people)
        rows.append([name, with_interval(run.scores["test"].auc), with_interval(gain, signed=True)])
    return table(["score", "AUC", "gain over these four"], rows)


def _one_look_section(study: Study) -> str:
    if not study.one_look:
        return ""
    rows = [[name, *_test_cells(run.scores["test"])] for name, run in study.one_look.items()]
    first = next(iter(study.one_look.values()))
    counts = first.configuration.pictures | {"test": first.scores["test"].count}
    parts = ", ".join(f"{part} {count:,}" for part, count in counts.items())
    text = f"""Pictures as of one machine and its processing, which is not what ships: {parts}.
Pre-training went on from that on every look, and the corner network is that of every look.
"""
    head = ["network", "test accuracy", "precision", "recall", "F1", "AUC"]
    told = table(head, rows) + "\n" + _person_words(study.one_look)
    return "## Two classes, one look\n\n" + text + "\n" + told


def _size_section(study: Study) -> str:
    if not study.frozen and not study.tuned:
        return ""
    text = """Drawn as published: 213 to train (101 with osteoporosis), 18 to validate (10), 23 to test (13);
each seed draws other people. Mean ± SD over seeds, lowest to highest: one such study says little.
"""
    rows = []
    for kind, runs in (("frozen features", study.frozen), ("last blocks tuned", study.tuned)):
        for name, seeds in runs.items():
            found = [run.scores["test"] for run in seeds]
            cells = [spread([getattr(each, what) for each in found]) for what in ("accuracy", "f1", "auc")]
            rows.append([f"{name}, {kind}", f"{len(seeds)}", *cells])
    head = ["network", "seeds", "test accuracy", "F1", "AUC"]
    return "## At the published size\n\n" + text + "\n" + table(head, rows)


def _three_section(study: Study) -> str:
    if not study.three:
        return ""
    rows = [[name, *_test_cells(run.scores["test"])] for name, run in study.three.items()]
    joint = ensemble(study.three)
    if joint is not None:
        rows.append([ENSEMBLE, *_test_cells(scores_of(joint))])
    head = ["network", "test accuracy, three classes", "precision", "recall", "F1", "AUC"]
    text = (
        "Precision, recall, F1 and AUC are of osteoporosis against the other two. Not in the published study."
    )
    return "## Three classes\n\n" + text + "\n\n" + table(head, rows) + _ensemble_words(study.three)


def _figure_section(study: Study) -> str:
    names = ["enrolment", "crops", "curves", "roc", "confusion"] + ["confusion_three"] * bool(study.three)
    text = (
        "Crops: with osteoporosis above, without below. Dashed: from here on the last blocks learn too.\n\n"
    )
    return "## Figures\n\n" + text + "\n".join(f"![{name}](lumbar_xray/{name}.png)\n" for name in names)


def _test_cells(found: Scores) -> list[str]:
    return [
        with_interval(each) for each in (found.accuracy, found.precision, found.recall, found.f1, found.auc)
    ]
