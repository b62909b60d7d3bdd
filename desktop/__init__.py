"""All that the clinic runs: readers, analysis, store, report, command line and window."""
