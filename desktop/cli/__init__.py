"""The program without a window: screen, self-test, models."""

from desktop.cli.main import main
from desktop.cli.status import DONE

__all__ = ["DONE", "main"]
