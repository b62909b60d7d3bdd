"""The study's page, docs/results/stacked_ensemble.md: the published figures, and ours beside them."""

from __future__ import annotations

from collections.abc import Mapping

from training.markdown import table
from training.stacked_ensemble.level1 import SHRUNK
from training.stacked_ensemble.metrics import Figure, Figures
from training.stacked_ensemble.page_parts import MODELS, percent, with_interval
from training.stacked_ensemble.real_folds import RealFolds
from training.stacked_ensemble.real_page import real_section
from training.stacked_ensemble.real_screens import RealScreens
from training.stacked_ensemble.run_files import FinishedRun
from training.stacked_ensemble.settings import CNN, MEMBERS, RESNET_FOREST, VGG16

PUBLISHED = {CNN: "97 %", VGG16: "90 %", RESNET_FOREST: "87 %", "stack": "93 %"}
"""Accuracy as printed, of another, private data set."""
GAINS = {
    "auc": "AUC over the best member's",
    **{f"auc_over_{name}": f"AUC over that of {MODELS[name]}" for name in MEMBERS},
    "accuracy": "accuracy over the best member's",
    "accuracy_of_three": "accuracy in three classes over the best member's",
    "auc_over_person": "AUC over that of age, sex, weight and height",
}
COLUMNS = ("accuracy", "sensitivity", "specificity", "precision", "f1", "auc")
NAMES = ("accuracy", "sensitivity", "specificity", "precision", "F1", "AUC (95 %)")

HEAD = """# stacked_ensemble: results

Drawn by `make study-ensemble` from the folders of finished runs; nothing here is typed in but the published
figures, which are of another, private data set, not to be had.
{evidence}
"""
ON_PHANTOMS = """Ours are measured on phantoms, made pictures whose truth is known. They say how well the
models read such pictures, and nothing about patients."""
ON_PICTURES = "Ours are measured on the data folder that the runs name."


def page(runs: Mapping[str, FinishedRun], real: Mapping[str, tuple[RealScreens, RealFolds]]) -> str:
    """Return the page in Markdown; `runs` by the name shown, `real` of those that real screens judged."""
    clinical = all(run.configuration.evidence == "clinical" for run in runs.values())
    parts = [HEAD.format(evidence=ON_PICTURES if clinical else ON_PHANTOMS)]
    for name, run in runs.items():
        parts += [_two_section(name, run), _three_section(name, run), _question(run)]
        parts += [_ridge_section(run), _forest_section(run), _shapley_section(run), _evidence_section(run)]
        parts += [_search_section(run)]
    parts += [real_section(real), _figures_section(), _protocol_section(runs)]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def _two_section(name: str, run: FinishedRun) -> str:
    found = run.evaluations["test"]
    rows = []
    for model, figures in found.two.items():
        half = figures.figures["accuracy_at_half"]
        rows.append([MODELS[model], PUBLISHED.get(model, "-"), *_cells(figures), percent(half)])
    one = next(iter(found.two.values()))
    share = found.osteoporosis_share
    text = f"""## {name}: T-score of -2.5 or below, or not

{one.pictures:,} test pictures of {one.people:,} people, {share:.1%} of them with a T-score of -2.5 or below:
always answering "not" is right for {1 - share:.1%}. Each model's cut is the one of the highest sensitivity +
specificity on the tuning part. Intervals are drawn over people.
"""
    head = ["model", "published accuracy (another, private data set)", *NAMES, "accuracy at a cut of 0.5"]
    return text + "\n" + table(head, rows)


def _three_section(name: str, run: FinishedRun) -> str:
    rows = [[MODELS[model], *_cells(each)] for model, each in run.evaluations["test"].three.items()]
    text = f"""## {name}: three classes

The likeliest class is the answer. All but accuracy are means over the three classes, each against the rest.
"""
    return text + "\n" + table(["model", *NAMES], rows)


def _cells(figures: Figures) -> list[str]:
    told = figures.figures
    return [*(percent(told[name]) for name in COLUMNS[:-1]), with_interval(told["auc"])]


def _question(run: FinishedRun) -> str:
    """Say whether the stack beats its best member, with the interval that answers it."""
    found = run.evaluations["test"]
    rows = [[GAINS[name], with_interval(each, sign="+")] for name, each in found.gains.items()]
    text = f"""### Does the stack beat its best member?

The published study says that it does; by its own figures its CNN is better. Ours, on the same people: the
best member, chosen on the tuning part by its AUC, is {MODELS[found.best_member]}. In AUC the stack
{_verdict(found.gains["auc"])}.
"""
    return text + "\n" + table(["what the stack gains", "(95 % interval over people)"], rows)


def _verdict(found: Figure) -> str:
    if found.low is None or found.high is None:
        return "cannot be compared with it"
    if found.low > 0:
        return "beats it"
    return "is worse than it" if found.high < 0 else "is not told apart from it: the interval holds 0"


def _ridge_section(run: FinishedRun) -> str:
    rows = [[f"{each.inverse_strength:g}", f"{each.auc:.4f}", f"{each.log_loss:.4f}"] for each in run.ridge]
    text = f"""### Level 1's ridge

Figures of the stack on the tuning part by the inverse strength of the ridge on its weights; the preset's is
{SHRUNK:g}.
"""
    return text + "\n" + table(["inverse strength", "AUC", "log loss"], rows)


def _forest_section(run: FinishedRun) -> str:
    read = "both" if run.settings.forest.hand_made else "ResNet's features only"
    rows = [[name.replace("_", " "), with_interval(each)] for name, each in run.forests.items()]
    text = f"### What the forest reads\n\nThis run's forest reads {read}. The same forest on each kind:\n"
    return text + "\n" + table(["features", "AUC (95 %)"], rows)


def _shapley_section(run: FinishedRun) -> str:
    told = run.shapley
    rows = [
        [MODELS[name], f"{told.members[name]:.3f}", f"{told.patient_members[name]:+.3f}"] for name in MEMBERS
    ]
    kinds = [[name, f"{told.groups[name]:.4f}", f"{told.patient_groups[name]:+.4f}"] for name in told.groups]
    text = f"""### Shapley values

Of the members in the stack, in log odds of a T-score of -2.5 or below: exact, as the stack is linear in its
inputs. Of kinds of features in the forest, in probability: exact over all coalitions, {told.patients} test
pictures against {told.background} training pictures. Beside the mean size stand the values of the test
picture of the stack's highest answer.
"""
    shown = ["mean size", "that picture"]
    return f"{text}\n{table(['member', *shown], rows)}\n{table(['features', *shown], kinds)}"


def _evidence_section(run: FinishedRun) -> str:
    told = run.evidence
    rows = [[name, with_interval(each, sign="+")] for name, each in told.drops.items()]
    text = f"""### Where the forest finds it

In {told.learned_from:,} pictures of the tuning part each of {told.places} places was swapped for the same
place of people whom the forest answers lowest, of the own brightness. How far the forest's log odds
then fall was learned by ridge regression on the network's maps there: that is the forest's map. Of
{told.patients} test pictures of the highest answers, the place that a map calls the most evident was
swapped alike. So far the forest's log odds fall, by whose map chose the place:
"""
    return text + "\n" + table(["map", "fall of the log odds (95 %)"], rows)


def _search_section(run: FinishedRun) -> str:
    if not run.chosen:
        return ""
    rows = [
        [MODELS[name], f"{each.learning_rate:.2g}", str(each.batch), str(each.epochs)]
        for name, each in run.chosen.items()
    ]
    text = (
        f"### What the search chose\n\nRandom search, {run.settings.trials} trials a member, by log loss.\n"
    )
    return text + "\n" + table(["member", "learning rate", "batch", "epochs at most"], rows)


def _figures_section() -> str:
    return """## Figures of the first run

![learning curves](stacked_ensemble/curves.png)
![ROC](stacked_ensemble/roc.png)
![confusion matrices](stacked_ensemble/confusion.png)
![Shapley values](stacked_ensemble/shapley.png)

Where each member found what it says, on the test strip of the highest answer:

![evidence](stacked_ensemble/evidence.png)
"""


def _protocol_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = []
    for name, run in runs.items():
        told, settings = run.configuration, run.settings
        counts = ", ".join(f"{part} {n:,} ({told.people[part]:,})" for part, n in told.pictures.items())
        left = ", ".join(f"{n} {reason}" for reason, n in told.left_out.items()) or "none"
        outliers = ", ".join(f"{part} {n}" for part, n in told.outliers.items())
        row = [name, settings.split, counts, str(settings.folds), "yes" if settings.denoise else "no"]
        rows.append([*row, left, outliers])
    head = ["run", "split", "pictures (people)", "folds", "denoised", "left out of training", "outliers"]
    text = """## How these runs were made

Choices and commands are in [stacked_ensemble.md](../stacked_ensemble.md).
"""
    return text + "\n" + table(head, rows)
