"""What a conversion measured, as conversion.json and a page of tables in the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from conversion.calibrate import Truths, Values, has_osteoporosis, probabilities
from conversion.measure import coverage, rates
from conversion.trained import Forms
from desktop.clinical.lumbar import GROUP
from desktop.clinical.reference import default_table
from desktop.clinical.scores import t_score
from desktop.findings.outcome import CutOffs
from desktop.models.chest_manifest import ChestManifest
from desktop.models.manifest import JudgeManifest, Manifest

if TYPE_CHECKING:
    from training.data.manifest import Row

Table = Mapping[str, Mapping[str, float | None]]


def write_report(forms: Forms, manifest: Manifest, run: Path) -> None:
    """Write conversion.json and conversion.md into `run`: figures of the test part with the shipped graph."""
    tables = {
        "Errors of L1-L4 by form": by_form(manifest.metrics),
        "Pearson's r by form": _r_by_form(forms),
        "Outcomes": _outcomes(forms, manifest),
        f"Coverage of the {manifest.conformal.level:.0%} intervals by site": _coverage_by_site(
            forms, manifest
        ),
        "Coverage for L1-L4 by true T-score": _coverage_by_t(forms, manifest),
    }
    if isinstance(manifest, ChestManifest):
        tables["Landmarks by form"] = by_form(manifest.landmark_metrics)
    write_tables(tables, manifest, run)


def write_tables(tables: Mapping[str, Table], manifest: JudgeManifest, run: Path) -> None:
    """Write conversion.json and conversion.md of tables by title into `run`."""
    raw = msgspec.json.encode({"tables": tables, "manifest": manifest})
    (run / "conversion.json").write_bytes(msgspec.json.format(raw, indent=2) + b"\n")
    (run / "conversion.md").write_text("\n".join(_page(tables, manifest)) + "\n", encoding="utf-8")


def by_form(metrics: Mapping[str, msgspec.Struct]) -> Table:
    """Return the figures of each form as a table."""
    return {form: msgspec.structs.asdict(each) for form, each in metrics.items()}


def _r_by_form(forms: Forms) -> Table:
    true = forms.run.truth("test")
    answers = {"framework": forms.framework_test, "float": forms.float_test, "int8": forms.int8_test}
    return {form: {site: _r(true[site], each[site]) for site in true} for form, each in answers.items()}


def _r(true: Values, predicted: Values) -> float | None:
    return round(float(np.corrcoef(true, predicted)[0, 1]), 4) if np.ptp(predicted) > 1e-9 else None


def _outcomes(forms: Forms, manifest: Manifest) -> Table:
    ill = has_osteoporosis(forms.run.truth("test")[GROUP])
    probability = probabilities(forms.int8_test[GROUP], manifest.probability)
    return outcomes(forms.run.rows("test"), ill, probability, manifest)


def outcomes(rows: Sequence[Row], ill: Truths, probability: Values, manifest: JudgeManifest) -> Table:
    """Return the rates of the outcomes of all, and by sex and decade."""
    cut_offs = CutOffs(manifest.thresholds.lower, manifest.thresholds.upper)
    everybody = {"all": np.ones(len(ill), dtype=bool)}
    groups = everybody | dict(_groups(rows, _sex)) | dict(_groups(rows, _decade))
    return {name: rates(probability[among], ill[among], cut_offs) for name, among in groups.items()}


def _coverage_by_site(forms: Forms, manifest: Manifest) -> Table:
    true, half = forms.run.truth("test"), manifest.conformal.half_width_g_cm2
    return {
        site: {
            "half_width_g_cm2": half[site],
            "covered": coverage(each, forms.int8_test[site], half[site]),
        }
        for site, each in true.items()
    }


def _coverage_by_t(forms: Forms, manifest: Manifest) -> Table:
    true, answered = forms.run.truth("test")[GROUP], forms.int8_test[GROUP]
    half = manifest.conformal.half_width_g_cm2[GROUP]
    bands = {"T <= -2.5": (-99.0, -2.5), "-2.5 to -1": (-2.5, -1.0), "above -1": (-1.0, 99.0)}
    scores = np.array([t_score(float(each), GROUP, default_table()) for each in true])
    which = {name: (scores > low) & (scores <= high) for name, (low, high) in bands.items()}
    return {
        name: {
            "pictures": float(among.sum()),
            "covered": coverage(true[among], answered[among], half),
            "bias_g_cm2": _mean(answered[among] - true[among]),
        }
        for name, among in which.items()
    }


def _mean(values: Values) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None


def _groups(rows: Sequence[Row], name: Callable[[Row], str | None]) -> Iterator[tuple[str, Truths]]:
    names = np.array([name(row) or "unknown" for row in rows])
    for each in np.unique(names):
        yield str(each), names == each


def _sex(row: Row) -> str | None:
    return {"F": "women", "M": "men"}.get(row.sex or "")


def _decade(row: Row) -> str | None:
    return None if row.age_years is None else f"{int(row.age_years // 10 * 10)}s"


def _page(tables: Mapping[str, Table], manifest: JudgeManifest) -> Iterator[str]:
    cut = manifest.thresholds
    yield f"# {manifest.family} {manifest.version} as shipped\n"
    yield (
        f"Learned from {manifest.training.data}. All figures are of the test part, with the shipped graph. "
        f"Cut-offs of the probability, set on {cut.pictures} calibration pictures at a prevalence of "
        f"{cut.prevalence:.1%}: below {cut.lower:.3f} not flagged "
        f"(sensitivity {cut.sensitivity_at_lower:.1%}), "
        f"above {cut.upper:.3f} flagged (PPV {cut.ppv_at_upper:.1%}, {cut.sensitivity_at_upper:.1%} of those "
        f"with osteoporosis)."
    )
    for title, table in tables.items():
        yield f"\n## {title}\n"
        yield as_table(table).rstrip("\n")


def as_table(table: Table) -> str:
    """Return a Markdown table of figures by row and column."""
    columns = list(next(iter(table.values())))
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name, cells in table.items():
        lines.append(f"| {name} | " + " | ".join(_cell(cells[column]) for column in columns) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
