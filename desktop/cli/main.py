"""From the arguments to the command that they name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.cli.arguments import COMMANDS, command_parser, window_parser
from desktop.cli.status import INTERRUPTED, NO_MODEL_OR_PLACE, WRONG_USE
from desktop.cli.telling import tell
from desktop.errors import AppError, UsageError

Window = Callable[[list[Path]], int]
Demo = Callable[[Path], int]


def main(arguments: Sequence[str], *, open_window: Window, make_demo: Demo) -> int:
    """Run `arguments` (without the program's name) and return the exit status; no AppError leaves it.

    open_window and make_demo are handed in, because the command line stands beside the window, not on it.
    """
    try:
        return _run(list(arguments), open_window, make_demo)
    except SystemExit as ended:  # argparse has said why
        return ended.code if isinstance(ended.code, int) else WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except UsageError as error:
        tell(str(error))
        return WRONG_USE
    except AppError as error:
        tell(str(error))
        return NO_MODEL_OR_PLACE


def _run(arguments: list[str], open_window: Window, make_demo: Demo) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        options = window_parser().parse_args(arguments)
        if not options.demo:
            return open_window(options.files)  # which starts the log once it was painted
        _start_log()
        return make_demo(options.demo)
    options = command_parser().parse_args(arguments)
    _start_log()
    if options.command == "screen":
        from desktop.cli.screen import screen

        return screen(options)
    from desktop.cli.inspect import list_models, self_test

    return self_test() if options.command == "self-test" else list_models()


def _start_log() -> None:
    from desktop.log import start_log

    start_log()
