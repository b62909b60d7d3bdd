"""From a radiograph to what the program says of it."""

from desktop.analysis.analyse import analyse

__all__ = ["analyse"]
