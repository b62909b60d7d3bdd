"""What may be written after `trabecula`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

import desktop
from desktop.cli.telling import visible

COMMANDS = ("screen", "self-test", "models")

_SCREEN = """Screen pictures without a window.

Results go to the screen, one line a file, unless --json, --csv or --report is given; they may be given
together. Exit status: 0 all screened, 3 some refused or failed, 2 wrong use, 4 no usable model or no place
to write."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def window_parser() -> argparse.ArgumentParser:
    """Return the parser of `trabecula [FILE...]`, which opens the window."""
    parser = _Parser(
        prog="trabecula",
        description="Osteoporosis screening from radiographs, offline.",
        epilog=f"Commands without a window: {', '.join(COMMANDS)}; see trabecula COMMAND --help.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="pictures to open")
    parser.add_argument("--version", action="version", version=f"trabecula {desktop.__version__}")
    parser.add_argument(
        "--demo", metavar="DIR", type=Path, help="draw the window and a report into DIR, without a display"
    )
    return parser


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of the commands that need no window."""
    parser = _Parser(prog="trabecula")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_screen(commands)
    commands.add_parser("self-test", help="check models, decoders and report on this machine")
    commands.add_parser("models", help="list the models, what they learned from and who signed them")
    return parser


def _add_screen(commands: argparse._SubParsersAction[_Parser]) -> None:
    from desktop.imaging.radiograph import Sex, View  # which the window's start need not wait for
    from desktop.pages.names import PageName

    screen = commands.add_parser(
        "screen",
        help="screen pictures without a window",
        description=_SCREEN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = screen.add_argument
    add("paths", metavar="PATH", nargs="+", type=Path, help="a picture, or a folder of pictures")
    add("--json", action="store_true", help="print the results as JSON")
    add("--csv", metavar="OUT", type=Path, help="write the results as a table")
    add("--report", metavar="DIR", type=Path, help="write a PDF report of each screened picture")
    add(
        "--pages",
        metavar="NAMES",
        type=_page_names,
        default=(),
        help=f"print them behind each report, with commas: {', '.join(PageName)}",
    )
    add(
        "--view",
        choices=[view.value for view in View],
        metavar="NAME",
        help=f"what they show: {', '.join(View)}",
    )
    add("--sex", choices=[sex.value for sex in Sex], metavar="F|M", help="the sex of all patients")
    add("--age", type=_age_years, metavar="YEARS", help="the age of all patients")
    add(
        "--reference", metavar="TABLE", help="the reference table of the scores, else as chosen in the window"
    )
    add("--patients", metavar="CSV", type=Path, help="sex and age by file: file,sex,age_years,name,id")
    add("--threads", type=_threads, metavar="N", default=0, help="threads of one inference, 0 one a core")


def _page_names(text: str) -> tuple[str, ...]:
    from desktop.pages.names import PageName

    named = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    if not set(named) <= set(PageName):
        raise argparse.ArgumentTypeError(f"some of {','.join(PageName)} are needed, with commas between them")
    return named


def _age_years(text: str) -> int:
    from desktop.imaging.age import OLDEST_YEARS

    return _whole_number(text, 0, OLDEST_YEARS)


def _threads(text: str) -> int:
    return _whole_number(text, 0, 256)


def _whole_number(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise argparse.ArgumentTypeError(f"a whole number from {low} to {high} is needed")
    return int(text)
