"""A result as the database keeps it: whole, with every reason, whatever the public JSON leaves out."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from desktop.findings.result import Finding, NotMeasured, ScreeningResult


def encode(result: ScreeningResult) -> str:
    """Return JSON; a value that was not measured is the object {"reason": sentence}.

    Of a file name that is not UTF-8 what can be read is kept.
    """
    named = replace(result, file=result.file.encode("utf-8", "replace").decode())
    return msgspec.json.encode(named).decode()


def decode(record: str) -> ScreeningResult:
    """Return the result that `encode` was given, equal in every field.

    A field that was added since takes its default, so it needs one; it also needs a migration, so that an
    older program refuses the database instead of stumbling over the field. What was renamed since is renamed
    by its migration.
    """
    raw = msgspec.json.decode(record)
    findings = tuple(_finding(each) for each in raw.pop("findings"))
    rest = {name: msgspec.convert(value, _types(ScreeningResult)[name]) for name, value in raw.items()}
    return ScreeningResult(**rest, findings=findings)


def _finding(raw: dict[str, Any]) -> Finding:
    return Finding(**{name: _value(value, _types(Finding)[name]) for name, value in raw.items()})


def _value(raw: object, kind: Any) -> Any:
    if isinstance(raw, dict) and raw.keys() == {field.name for field in fields(NotMeasured)}:
        return NotMeasured(**raw)
    return msgspec.convert(raw, _measured(kind))


def _measured(kind: Any) -> Any:
    # msgspec cannot tell a mapping from a dataclass in a union, so NotMeasured is taken out
    if get_origin(kind) not in (Union, UnionType):
        return kind
    rest = tuple(part for part in get_args(kind) if part is not NotMeasured)
    return Union[rest]  # noqa: UP007 - made at run time


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
