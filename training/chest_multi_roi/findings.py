"""Each finding of the published study, asked of our own tables: yes or no, and by which figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from desktop.clinical.lumbar import VERTEBRAE
from training.chest_multi_roi.published import TRUE_L1_WITH
from training.chest_multi_roi.study_runs import BACKBONES, CHEST, LOCALS, MULTI, Answers

Means = Mapping[str, tuple[float, float]]
"""Mean R and mean AUC by network."""


@dataclass(frozen=True)
class Finding:
    """One finding, whether it holds here, and the figures that say so."""

    claim: str
    holds: bool
    figures: str


def findings(answers: Mapping[str, Answers], means: Means) -> list[Finding]:
    """Return those findings whose networks are all there."""
    r = {name: each[0] for name, each in means.items()}
    asked: list[tuple[set[str], Callable[[], Finding]]] = [
        ({CHEST, *LOCALS}, lambda: _chest(r)),
        (set(LOCALS), lambda: _best_and_worst(r)),
        (set(LOCALS), lambda: _lumbar(r)),
        ({MULTI, "Ensemble_roi", "Ensemble_all"}, lambda: _multi(means)),
        ({MULTI, CHEST}, lambda: _spread(answers)),
        ({f"chest_{name}" for name in BACKBONES}, lambda: _backbones(r)),
        (set(), lambda: _rises(answers)),
        (set(), lambda: _neighbours(answers)),
    ]
    return [ask() for needed, ask in asked if needed <= set(answers)]


def _chest(r: Mapping[str, float]) -> Finding:
    best = max(LOCALS, key=lambda name: r[name])
    text = f"mean R {r[CHEST]:.3f}; best local region, {best}, {r[best]:.3f}"
    return Finding("The whole chest beats each local region", r[CHEST] > r[best], text)


def _best_and_worst(r: Mapping[str, float]) -> Finding:
    order = sorted(LOCALS, key=lambda name: -r[name])
    text = ", ".join(f"{name} {r[name]:.3f}" for name in order)
    holds = order[0] == "cervical" and order[-1] == "ribcage"
    return Finding("Cervical is the best local region, ribcage the worst", holds, text)


def _lumbar(r: Mapping[str, float]) -> Finding:
    better = [name for name in LOCALS if r[name] > r["lumbar"]]
    text = f"mean R {r['lumbar']:.3f}; {len(better)} of the other three local regions are better"
    claim = "T12 is hard to read, for it is overexposed: cervical spine and clavicles are better"
    return Finding(claim, {"cervical", "clavicle"} <= set(better), text)


def _multi(means: Means) -> Finding:
    ensembles = ("Ensemble_roi", "Ensemble_all")
    better_auc = means[MULTI][1] > max(means[name][1] for name in ensembles)
    better_r = means[MULTI][0] > max(means[name][0] for name in ensembles)
    text = ", ".join(f"{name} {means[name][0]:.3f} / {means[name][1]:.3f}" for name in (MULTI, *ensembles))
    return Finding("Multi-ROI beats the ensembles in AUC, not in R", better_auc and not better_r, text)


def _spread(answers: Mapping[str, Answers]) -> Finding:
    sd = {name: _error_sd_g_cm2(answers[name]) for name in (MULTI, CHEST)}
    text = f"SD of the errors {sd[MULTI]:.4f} g/cm²; whole chest {sd[CHEST]:.4f}"
    return Finding("Multi-ROI narrows the spread of the predictions", sd[MULTI] < sd[CHEST], text)


def _error_sd_g_cm2(answers: Answers) -> float:
    return float((answers.predicted - answers.true).std(axis=0).mean())


def _backbones(r: Mapping[str, float]) -> Finding:
    of = {
        kind: [r[f"chest_{name}"] for name in BACKBONES if name.startswith(kind)]
        for kind in ("vgg", "resnet")
    }
    text = f"VGG {min(of['vgg']):.3f} to {max(of['vgg']):.3f}, ResNet {min(of['resnet']):.3f} to "
    return Finding(
        "VGG beats ResNet", min(of["vgg"]) > max(of["resnet"]), text + f"{max(of['resnet']):.3f} in mean R"
    )


def _rises(answers: Mapping[str, Answers]) -> Finding:
    means = next(iter(answers.values())).true.mean(axis=0)
    text = ", ".join(f"{name} {value:.3f}" for name, value in zip(VERTEBRAE, means, strict=True)) + " g/cm²"
    return Finding("Mean true BMD rises from L1 to L4", bool((np.diff(means) > 0).all()), text)


def _neighbours(answers: Mapping[str, Answers]) -> Finding:
    r = np.corrcoef(next(iter(answers.values())).true.T)[0, 1:]
    theirs = ", ".join(f"{name} {value:.3f}" for name, value in TRUE_L1_WITH.items())
    ours = ", ".join(f"{name} {value:.3f}" for name, value in zip(TRUE_L1_WITH, r, strict=True))
    claim = f"True L1 correlates less with each vertebra further off ({theirs})"
    return Finding(claim, bool((np.diff(r) < 0).all()), ours)
