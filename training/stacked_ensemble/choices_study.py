"""What edge's choices rest on: a search in short, its choice on all training people, strips denoised or not.

`python -m training.stacked_ensemble.choices_study --data DATA` trains what is missing under --runs and draws
docs/results/stacked_ensemble_choices.md. It chooses nothing: settings.py does.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import log_loss

from training.markdown import table
from training.resampling import once_and_drawn, weighted_auc
from training.runs.command_line import ended
from training.runs.curves import read_curves
from training.stacked_ensemble.data import Data, read_data
from training.stacked_ensemble.level1 import Values
from training.stacked_ensemble.loop import Epoch, Learner
from training.stacked_ensemble.metrics import figure, gain
from training.stacked_ensemble.page_parts import MODELS, with_interval
from training.stacked_ensemble.real_folder import real_folder
from training.stacked_ensemble.real_screens import auc_draws, read_screens
from training.stacked_ensemble.search import Trial, held_out, tried_before, tuned
from training.stacked_ensemble.settings import CLASSES, CNN, MEMBERS, OSTEOPOROSIS, PRESETS, Member, Settings

SEARCH = "search"
SETTINGS = ("member", "learning rate", "batch", "epochs")
REAL = "AUC, real screens, against normal"
PAGE = "stacked_ensemble_choices.md"
HEAD = """# stacked_ensemble: short trials behind edge's choices

Drawn by `python -m training.stacked_ensemble.choices_study`. Phantoms throughout, but for the column of real
screens, of which nothing was learned and by which nothing was chosen here; no real screens, no column.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: draw(arguments))


def draw(arguments: argparse.Namespace) -> None:
    """Train what is missing and write the page."""
    parts = [HEAD, _search_section(arguments), _chosen_section(arguments), _denoised_section(arguments)]
    (arguments.out / PAGE).write_text("\n".join(parts), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.stacked_ensemble.choices_study", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="where the strips are kept; by default beside the data")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--runs", type=Path, default=Path("runs/stacked_ensemble_choices"))
    parser.add_argument("--preset", choices=PRESETS, default="edge")
    parser.add_argument("--trials", type=int, default=3, help="of each member beside its own settings")
    parser.add_argument("--searched", type=int, default=1800, help="training pictures of the search")
    parser.add_argument("--denoised", type=int, default=2500, help="rows of the manifest, each read twice")
    return parser


def _search_section(arguments: argparse.Namespace) -> str:
    """Search for each member's settings, or go on there, and tell of each trial."""
    settings = replace(PRESETS[arguments.preset], trials=arguments.trials)
    whole = read_data(arguments.data, settings, arguments.cache)
    train = whole.parts["train"]
    data = replace(whole, parts={**whole.parts, "train": train[: arguments.searched]})
    fit, held = held_out(data, settings)
    rows = [row for name in MEMBERS for row in _trials(name, settings, data, arguments.runs)]
    minutes = _minutes(arguments.runs / SEARCH)
    on_all = minutes * len(train) / len(data.parts["train"])
    text = f"""## The search

Each member's own settings first, then {settings.trials} drawn at random: learning rates within a factor
of 5, half to twice the batch and the epochs. Each learned from {len(fit):,} pictures and was judged on
{len(held):,} of other training people, by its network's own head. All of it took {minutes:.0f} minutes
of one thread; with all {len(train):,} training pictures it would take {on_all:.0f}.
"""
    head = [*SETTINGS, "log loss", REAL, "the search's choice"]
    return text + "\n" + table(head, rows)


def _trials(name: str, settings: Settings, data: Data, runs: Path) -> list[list[str]]:
    member, folder = settings.members[name], runs / SEARCH / name
    chosen = tuned(name, settings, data, folder)
    fit, _ = held_out(data, settings)
    found = []
    for tried, loss in tried_before(folder):
        trial = Trial(member, settings, data, folder, **tried).fit(fit[:, None], data.classes[fit])
        real = figure(_on_real(trial.learner_, denoise=False))
        each = replace(member, **tried)
        mark = "yes" if each == chosen else ""
        found.append([*_cells(name, each), f"{loss:.4f}", with_interval(real), mark])
    return found


def _minutes(folder: Path) -> float:
    """Return how long all epochs under a folder took."""
    curves = (read_curves(path, Epoch) for path in folder.rglob("curves.csv"))
    return sum(epoch.seconds for epochs in curves for epoch in epochs) / 60


def _cells(name: str, member: Member) -> list[str]:
    return [MODELS[name], f"{member.learning_rate:.2g}", str(member.batch), str(member.epochs)]


def _chosen_section(arguments: argparse.Namespace) -> str:
    """Train each member with its own settings and with the search's choice on all training people."""
    settings = PRESETS[arguments.preset]
    data = read_data(arguments.data, settings, arguments.cache)
    tune = data.parts["tune"]
    rows = [row for name in MEMBERS for row in _own_and_chosen(name, settings, data, arguments.runs)]
    text = f"""## The search's choices on all training people

Each member's own settings and the search's choice, both on {len(data.parts["train"]):,} pictures, judged
on the tuning part, {len(tune):,} pictures, by the network's own head.
"""
    head = [*SETTINGS, "log loss", "AUC, phantoms, tuning part", "gain in AUC", REAL]
    return text + "\n" + table(head, rows)


def _own_and_chosen(name: str, settings: Settings, data: Data, runs: Path) -> list[list[str]]:
    own = settings.members[name]
    chosen = tuned(name, settings, data, runs / SEARCH / name)
    tune = data.parts["tune"]
    truth, drawn = data.classes[tune], once_and_drawn(data.people(tune))
    rows, aucs = [], []
    for kind, member in (("own", own), ("chosen", chosen)):
        learner = Learner(member, settings)
        learner.fit(data, data.parts["train"], runs / "all" / name / kind)
        told = learner.answers(data.strips, tune)
        told /= told.sum(axis=1, keepdims=True)  # scikit-learn minds float32's sums
        aucs.append(weighted_auc(drawn, truth == OSTEOPOROSIS, told[:, OSTEOPOROSIS]))
        gained = with_interval(gain(aucs[-1], aucs[0]), sign="+") if kind == "chosen" else ""
        real = with_interval(figure(_on_real(learner, settings.denoise)))
        loss = f"{log_loss(truth, told, labels=range(len(CLASSES))):.4f}"
        rows.append([*_cells(name, member), loss, with_interval(figure(aucs[-1])), gained, real])
    return rows


def _denoised_section(arguments: argparse.Namespace) -> str:
    """Train the plain network on strips as they are and denoised, and tell of both."""
    once = {denoise: _plain_network(arguments, denoise) for denoise in (False, True)}
    rows = [
        [title, *(with_interval(figure(draws)) for draws in once[denoise])]
        for denoise, title in ((False, "as they are"), (True, "denoised"))
    ]
    gains = [gain(after, before) for after, before in zip(once[True], once[False], strict=True)]
    rows.append(["gained by denoising", *(with_interval(each, sign="+") for each in gains)])
    text = f"""## Strips denoised

{MODELS[CNN]} on the training part of the manifest's first {arguments.denoised:,} rows, with the
preset's settings.
"""
    head = ["strips", "AUC, phantoms, test part", REAL]
    return text + "\n" + table(head, rows)


def _plain_network(arguments: argparse.Namespace, denoise: bool) -> tuple[Values, Values]:
    """Return draws of the AUC on the test part, and of that on real screens."""
    settings = replace(PRESETS[arguments.preset], denoise=denoise, limit=arguments.denoised)
    data = read_data(arguments.data, settings, arguments.cache)
    learner = Learner(settings.members[CNN], settings)
    name = f"{arguments.denoised}" + ("_denoised" if denoise else "")
    learner.fit(data, data.parts["train"], arguments.runs / "denoised" / name)
    test = data.parts["test"]
    answers = learner.answers(data.strips, test)[:, OSTEOPOROSIS]
    drawn = once_and_drawn(data.people(test))
    return weighted_auc(drawn, data.classes[test] == OSTEOPOROSIS, answers), _on_real(learner, denoise)


def _on_real(learner: Learner, denoise: bool) -> Values:
    """Return draws of the AUC on real screens, osteoporosis against normal; undefined without screens."""
    folder = real_folder()
    if folder is None:
        return np.full(1, np.nan)
    screens = read_screens(folder, denoise)
    answers = learner.answers(screens.strips, np.flatnonzero(screens.told))[:, OSTEOPOROSIS]
    return auc_draws(answers, screens.classes[screens.told])


if __name__ == "__main__":
    raise SystemExit(main())
