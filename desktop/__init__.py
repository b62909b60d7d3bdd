"""All that the clinic runs: readers, analysis, store, report, command line and window."""

__version__ = "0.1.0"
