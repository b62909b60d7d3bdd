"""Results to the JSON of the command line and back, without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from desktop.errors import StorageError
from desktop.findings.result import Finding, NotMeasured, ScreeningResult
from desktop.findings.wire import SCHEMA_VERSION, WireFinding, WireResult

UNTOLD = "The Trabecula that made this result did not tell."


def to_json(result: ScreeningResult) -> dict[str, Any]:
    """Return `result` as a plain object of assets/screening.schema.json."""
    wire = WireResult(
        schema_version=SCHEMA_VERSION,
        file=result.file,
        status=result.status,
        reason=result.reason,
        view=result.view,
        outcome=result.outcome,
        findings=tuple(_wire_finding(finding) for finding in result.findings),
        seconds=result.seconds,
        refused_landmarks=dict(result.refused_landmarks),
    )
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(wire))
    return plain


def from_json(plain: Mapping[str, Any]) -> ScreeningResult:
    """Return the result that `to_json` made `plain` from; raise StorageError where it is none."""
    try:
        wire = msgspec.convert(plain, WireResult)
    except msgspec.ValidationError as error:
        raise StorageError(
            "The saved result is damaged or of another version of Trabecula: screen the picture again."
        ) from error
    findings = tuple(_finding(each) for each in wire.findings)
    return ScreeningResult(
        wire.file, wire.status, wire.reason, wire.view, findings, wire.seconds, wire.refused_landmarks
    )


def _wire_finding(finding: Finding) -> WireFinding:
    values: dict[str, Any] = {each.name: getattr(finding, each.name) for each in fields(finding)}
    missing = {name: None for name, value in values.items() if isinstance(value, NotMeasured)}
    return WireFinding(**(values | missing))


def _finding(wire: WireFinding) -> Finding:
    values: dict[str, Any] = {name: getattr(wire, name) for name in wire.__struct_fields__}
    reasons = wire.not_measured
    missing = {
        name: NotMeasured(reasons.get(name, UNTOLD)) for name, value in values.items() if value is None
    }
    return Finding(**(values | missing))
