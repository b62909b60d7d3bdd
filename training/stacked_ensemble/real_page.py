"""The part of the study's page that real screens fill: answers without learning from them, and after."""

from __future__ import annotations

from collections.abc import Mapping

from training.markdown import table
from training.stacked_ensemble.page_parts import MODELS, percent, with_interval
from training.stacked_ensemble.real_folds import BATCH, EPOCHS, FOLDS, RATE, TOLD, RealFolds
from training.stacked_ensemble.real_screens import RealScreens


def real_section(real: Mapping[str, tuple[RealScreens, RealFolds]]) -> str:
    """Return the section, or that nothing was measured yet."""
    if not real:
        return "## Real screens\n\nNot measured yet.\n"
    parts = [_as_they_came({name: told for name, (told, _) in real.items()})]
    return "\n".join([*parts, *(_tuned(name, told, folds) for name, (told, folds) in real.items())])


def _as_they_came(real: Mapping[str, RealScreens]) -> str:
    rows = [
        [name, MODELS[model], with_interval(each), with_interval(told.against_others[model])]
        for name, told in real.items()
        for model, each in told.against_normal.items()
    ]
    counts = ", ".join(f"{count} {name}" for name, count in next(iter(real.values())).pictures.items())
    text = f"""## Real screens, of which nothing was learned

Hologic screens with a class and no BMD ({counts}), measured as they are; no choice was made by them unless
docs/stacked_ensemble.md says so. The floor of the first AUC is 0.80, the aim 0.92.
"""
    head = ["run", "model", "AUC, osteoporosis against normal", "against all others"]
    return text + "\n" + table(head, rows)


def _tuned(name: str, told: RealScreens, folds: RealFolds) -> str:
    rows = []
    for model, before in told.against_normal.items():
        cells = [MODELS[model], with_interval(before)]
        for way, each in folds.tuned.items():
            cells += [with_interval(each.against_normal[model]), with_interval(each.against_others[model])]
            cells.append(with_interval(folds.gains[way][model], sign="+"))
        rows.append(cells)
    head = ["model", "as it came, against normal"]
    for way in folds.tuned:
        head += [f"{way}, against normal", "against all others", "gain against normal"]
    text = f"""### {name}, tuned on the real screens: what a site's own pictures bring

A study that ships nothing. {FOLDS} folds of the same screens, each class alike; each fold is answered by
members that started from the phantoms' and learned {EPOCHS} epochs of the other folds, in batches of {BATCH}
at a rate of {RATE:g}, with the family's augmentation; no epoch was chosen. The forest is fitted on the other
folds' features alone, level 1 is as it was. Tuned were all weights, or all but those of batch normalisation.
"""
    return f"{text}\n{table(head, rows)}\n{_decisions(folds)}"


def _decisions(folds: RealFolds) -> str:
    rows = [
        [way, *(percent(each[figure], interval=True) for figure in TOLD)]
        for way, each in folds.decisions.items()
    ]
    text = """The stack's decisions, osteoporosis against all others, each fold by the cut of the highest sum
of sensitivity and specificity on the other folds' answers (of members that saw this fold, where tuned):
"""
    return f"{text}\n{table(['stack', *TOLD], rows)}"
