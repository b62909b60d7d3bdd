"""Expected failures of conversion."""

from __future__ import annotations

from desktop.errors import AppError


class ConversionError(AppError):
    """A run that cannot become a bundle: `str(error)` says why and what to do."""
