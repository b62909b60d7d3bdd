"""Where the program starts: the window by default, the command line where a command is named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from desktop import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program with `arguments`, by default the process's, and return its exit status."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    return cli.main(given, open_window=_open_window, make_demo=_make_demo)


def _open_window(files: list[Path]) -> int:
    from desktop.ui import run_window  # Qt costs 0.2 s, which a headless screening need not pay

    return run_window(files)


def _make_demo(folder: Path) -> int:
    from desktop.ui.demo import run_demo

    run_demo(folder)
    return cli.DONE


if __name__ == "__main__":
    sys.exit(main())
