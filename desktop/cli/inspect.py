"""`trabecula self-test` and `trabecula models`: whether this machine can screen, and with what."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pydicom import uid
from pydicom.pixels.decoders.base import get_decoder

from desktop.cli.outputs import Reports
from desktop.cli.patients import PatientTable
from desktop.cli.screen import screen_file
from desktop.cli.status import DONE, NO_MODEL_OR_PLACE
from desktop.cli.telling import show_line, tell
from desktop.clinical.reference import default_table
from desktop.errors import AppError
from desktop.findings.marks import PHANTOM_MARK
from desktop.findings.result import Status
from desktop.imaging.decode import DECODERS
from desktop.models import Models, load_installed
from desktop.paths import assets_dir


def list_models() -> int:
    """Print each model with its evidence, signer and hash; the status tells whether any can be used."""
    models = load_installed()
    for bundle in models.every:
        known = bundle.identity
        mark = f" ({PHANTOM_MARK})" if known.evidence == "phantom" else ""
        show_line(f"{known.family} {known.version}: learned from {known.evidence} pictures{mark}")
        show_line(f"  signed by {known.signer}, SHA-256 {known.sha256}")
    return _status(models)


def self_test() -> int:
    """Run every model's golden inputs, look for every decoder, screen the samples and draw a report."""
    models = load_installed()
    status = _status(models)
    for bundle in models.every:
        show_line(f"model {bundle.identity.family}: passed, in {'float' if bundle.ran_in_float else 'int8'}")
    for name, check in (("decoders", _decoders), ("samples and report", lambda: _samples(models))):
        problems = list(check())
        show_line(f"{name}: {'failed' if problems else 'passed'}")
        for problem in problems:
            tell(problem)
            status = NO_MODEL_OR_PLACE
    return status


def _status(models: Models) -> int:
    for sentence in (*models.problems, *models.notices):
        tell(sentence)
    return DONE if models.by_family and not models.problems else NO_MODEL_OR_PLACE


def _decoders() -> Iterator[str]:
    for syntax, plugin in DECODERS.items():
        if plugin and plugin not in get_decoder(uid.UID(syntax)).available_plugins:
            yield f"The decoder {plugin} for {uid.UID(syntax).name} is missing: reinstall Trabecula."


def _samples(models: Models) -> Iterator[str]:
    samples = sorted((assets_dir() / "samples").glob("*.dcm"))
    if not samples:
        yield "No sample picture was found: reinstall Trabecula."
        return
    table = default_table()
    screened = screen_file(samples[0], models, None, PatientTable(), table)
    if screened.result.status is not Status.SCREENED:
        yield f"The sample {samples[0].name} was not screened: {screened.result.reason}"
    try:
        with tempfile.TemporaryDirectory(prefix="trabecula-") as folder:
            Reports(Path(folder), table).add(screened)
    except AppError as error:
        yield str(error)
    except ImportError as error:
        yield f"The report cannot be drawn, because a system library is missing: {error}."
