"""The study's page, docs/results/dxa_bmd.md: every table and figure of the published study, with ours."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.clinical.lumbar import GROUP
from training.dxa_bmd.evaluate import Evaluation
from training.dxa_bmd.metrics import Agreement
from training.dxa_bmd.run_files import FinishedRun
from training.markdown import table

PUBLISHED = "published (another, private data set)"
RESOLUTIONS = (128, 256, 384)
WIDTHS = {"half": (16, 32, 64), "published": (32, 64, 128), "double": (64, 128, 256)}

HEAD = """# dxa_bmd: results

Drawn by `make study` from the folders of finished runs; nothing here is typed in but the published
figures, which are of another, private data set: 4,894 real DXA pictures of one hospital, not to be had.
{evidence} "%" is the mean of |error| / true value, as the study leaves it undefined.
"""
ON_PHANTOMS = """Ours are measured on phantoms, made pictures whose truth is known. They say how well the
networks read such pictures, and nothing about patients."""
ON_PICTURES = "Ours are measured on the data folder that the runs name."


def page(runs: Mapping[str, FinishedRun], small: Mapping[str, FinishedRun]) -> str:
    """Return the page in Markdown.

    runs: the main runs by the name shown, such as "paper"; small: those of the two small studies by key,
    "resolution_128" or "filters_half".
    """
    clinical = all(run.configuration.evidence == "clinical" for run in runs.values())
    parts = [
        HEAD.format(evidence=ON_PICTURES if clinical else ON_PHANTOMS),
        _main_section(runs),
        _simpler_section(runs),
        _curves_section(runs),
        *(_site_section(name, run) for name, run in runs.items() if len(run.settings.sites) > 1),
        _agreement_section(runs),
        _small_section(small),
        _figures_section(),
        _protocol_section(runs),
    ]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def _main_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = [[PUBLISHED, "1,224", "8.19 %", "6.75 %", "not stated", "0.818", "0.000"]]
    for name, run in runs.items():
        found = run.test.sites[GROUP]
        rows.append(
            [name, f"{found.count:,}", _percent(found.mae_percent), _percent(found.std_ae_percent)]
            + [f"{found.mae_g_cm2:.4f} ± {found.std_ae_g_cm2:.4f}", _r(found), _p(found.p)]
        )
    head = ["run", "test pictures", "MAE", "STD of AE", "MAE ± STD, g/cm²", "Pearson r (95 %)", "p"]
    return "## L1-L4 on the test part\n\n" + table(head, rows) + "\n" + _matrices(runs)


def _matrices(runs: Mapping[str, FinishedRun]) -> str:
    lines = ["The study's table 1, the Pearson matrix of true and predicted BMD:\n"]
    rows = [[PUBLISHED, "1", "0.818", "0.818", "1", "1,224"]]
    for name, run in runs.items():
        found = run.test.sites[GROUP]
        r = "-" if found.r is None else f"{found.r:.3f}"
        rows.append([name, "1", r, r, "1", f"{found.count:,}"])
    head = ["run", "true, true", "true, predicted", "predicted, true", "predicted, predicted", "n"]
    return "\n".join([*lines, table(head, rows)])


def _simpler_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = []
    for name, run in runs.items():
        rows += [[name, *cells] for cells in _simpler(run.test)]
    text = """## Beside what is simpler than a network

The same test pictures, judged without a network: always the training part's mean; a straight line on the
picture's mean brightness; least squares on age, sex, weight and height with their squares and products. The
last two lines of each run add the network's answer to these four (fitted on the tuning part) and give what r
gains over them, with its interval over persons.
"""
    return text + "\n" + table(["run", "answer", "MAE", "MAE, g/cm²", "Pearson r (95 %)"], rows)


def _simpler(found: Evaluation) -> list[list[str]]:
    named = {
        "network": found.sites[GROUP],
        "always the mean": found.always_mean,
        "mean brightness": found.brightness,
        "age, sex, weight, height": found.person,
        "network and these four": found.with_person,
    }
    rows = [
        [name, _percent(each.mae_percent), f"{each.mae_g_cm2:.4f}", _r(each)]
        if each
        else [name, "-", "-", "-"]
        for name, each in named.items()
    ]
    gain = found.gain_over_person
    told = "-" if gain is None else f"{gain.r:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
    return [*rows, ["network's gain over these four, r", "", "", told]]


def _curves_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = [[PUBLISHED, "15", "9.5 %", "6.75 %", "-", "epochs 1-3", "from 10"]]
    for name, run in runs.items():
        last = run.epochs[-1]
        best = min(run.epochs, key=lambda epoch: epoch.watched_percent)
        rows.append(
            [name, str(last.epoch), _percent(last.train_percent), _percent(last.watched_percent)]
            + [f"{_percent(best.watched_percent)} in {best.epoch}", _steep(run), _turned(run)]
        )
    head = [
        "run",
        "epochs",
        "loss, last",
        "validation, last",
        "validation, best",
        "steep fall",
        "overfitting",
    ]
    return "## Loss curves\n\n" + table(head, rows) + "\n![loss curves](dxa_bmd/loss_curves.png)\n"


def _steep(run: FinishedRun) -> str:
    """Say by when nine tenths of the whole fall of the training loss were done."""
    losses = [epoch.train_percent for epoch in run.epochs]
    wanted = losses[0] - 0.9 * (losses[0] - min(losses))
    return f"nine tenths by epoch {1 + next(k for k, loss in enumerate(losses) if loss <= wanted)}"


def _turned(run: FinishedRun) -> str:
    """Say from when the validation error only stayed above its best."""
    errors = [epoch.watched_percent for epoch in run.epochs]
    best = errors.index(min(errors)) + 1
    return "not seen" if best >= len(errors) - 1 else f"from {best + 1}"


def _site_section(name: str, run: FinishedRun) -> str:
    found = run.test
    groups = {"site": found.sites, "true T-score": found.by_t_score, "age": found.by_age, "sex": found.by_sex}
    rows = [
        [f"{kind} {key}", f"{each.count:,}", _percent(each.mae_percent), f"{each.mae_g_cm2:.4f}"]
        + [f"{each.bias_g_cm2:+.4f}", _r(each)]
        for kind, group in groups.items()
        for key, each in _ordered(group)
    ]
    text = f"## {name}: by vertebra, true T-score, age and sex\n\nL1-L4 but for the single vertebrae. "
    text += "Within a narrow band of true T-scores r is small by its nature.\n"
    return text + "\n" + table(["group", "n", "MAE", "MAE, g/cm²", "bias, g/cm²", "Pearson r (95 %)"], rows)


def _ordered(group: Mapping[str, Agreement]) -> list[tuple[str, Agreement]]:
    def place(item: tuple[str, Agreement]) -> tuple[int, float]:
        name = item[0]
        if name.startswith("below"):
            return 0, 0.0
        first = name.split(" ")[0]
        return (1, float(first)) if first.lstrip("-").isdigit() else (2, 0.0)

    return sorted(group.items(), key=place)


def _agreement_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = [
        [name, f"{each.bias_g_cm2:+.4f}", f"{each.limit_low_g_cm2:+.4f} to {each.limit_high_g_cm2:+.4f}"]
        + ["-" if each.slope is None else f"{each.slope:+.3f}"]
        for name, each in ((name, run.test.sites[GROUP]) for name, run in runs.items())
    ]
    text = """## Bland-Altman

Not in the published study. A slope below zero means that low values are told too high and high ones too low,
as every regression on noisy pictures does.
"""
    head = ["run", "bias, g/cm²", "95 % limits, g/cm²", "slope"]
    return text + "\n" + table(head, rows) + "\n![Bland-Altman](dxa_bmd/bland_altman.png)\n"


def _small_section(small: Mapping[str, FinishedRun]) -> str:
    if not small:
        return "## The two small studies\n\nNot run yet.\n"
    one = next(iter(small.values()))
    resolution = {f"{size} x {size}": small.get(f"resolution_{size}") for size in RESOLUTIONS}
    filters = {
        f"{name}: {', '.join(map(str, widths))}": small.get(
            "resolution_256" if name == "published" else f"filters_{name}"
        )
        for name, widths in WIDTHS.items()
    }
    pictures = one.configuration.pictures
    text = f"""## The two small studies

The published network and protocol on fewer pictures ({pictures["train"]:,} to train, {pictures["test"]:,}
to test) and {one.settings.epochs} epochs, trained in {one.settings.precision}, one run each: differences of
a few hundredths in r are chance. Milliseconds are by the clock, with whatever else the machine did.
"""
    found = [
        "Input size; published: smaller than 256 lost accuracy, larger cost extreme time.\n",
        _small_table("input", resolution),
        "Filters; published: more brought nothing.\n",
        _small_table("filters", filters),
    ]
    return text + "\n" + "\n".join(found)


def _small_table(first: str, runs: Mapping[str, FinishedRun | None]) -> str:
    rows = []
    for name, run in runs.items():
        if run is None:
            rows.append([name, "-", "-", "not run"])
            continue
        each = run.test.sites[GROUP]
        trained = run.settings.epochs * run.configuration.pictures["train"]
        cost = 1000 * sum(epoch.seconds for epoch in run.epochs) / trained
        rows.append([name, _percent(each.mae_percent), _r(each), f"{cost:.0f}"])
    return table([first, "MAE", "Pearson r (95 %)", "ms a training picture"], rows)


def _figures_section() -> str:
    return """## Figures

![input](dxa_bmd/input.png)
![kernels](dxa_bmd/kernels.png)
![feature maps](dxa_bmd/feature_maps.png)

Predicted against true:

![scatter](dxa_bmd/scatter.png)

What each place of the picture adds to the predicted L1-L4 (the graph's second output):

![evidence](dxa_bmd/evidence.png)
"""


def _protocol_section(runs: Mapping[str, FinishedRun]) -> str:
    rows = []
    for name, run in runs.items():
        told, settings = run.configuration, run.settings
        split = "75/25 by picture" if settings.split_by == "image" else "by person"
        counts = ", ".join(
            f"{part} {count:,} ({told.people[part]:,})" for part, count in told.pictures.items()
        )
        minutes = sum(epoch.seconds for epoch in run.epochs) / 60
        rows.append([name, split, counts, settings.precision, f"{minutes:.0f}"])
    text = "## How these runs were made\n\nChoices and commands are in [dxa_bmd.md](../dxa_bmd.md).\n"
    return (
        text + "\n" + table(["run", "split", "pictures (persons)", "precision", "minutes of training"], rows)
    )


def _percent(value: float) -> str:
    return f"{value:.2f} %"


def _r(found: Agreement) -> str:
    return "-" if found.r is None else f"{found.r:.3f} ({found.r_low:.3f} to {found.r_high:.3f})"


def _p(value: float | None) -> str:
    return "-" if value is None else ("< 0.001" if value < 0.001 else f"{value:.3f}")
