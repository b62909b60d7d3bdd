"""Studies on this computer's disk: one SQLite file that outlives a power cut and a vanished picture."""

from desktop.store.studies import Store

__all__ = ["Store"]
