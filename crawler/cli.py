"""`nianbao`: the command line. Data goes to stdout, talk to stderr; exit 0 all done, 1 some inputs failed, 2 wrong use."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import textwrap
from importlib.metadata import version

from crawler import commands


class UsageError(Exception):
    """A wrong call: one line that names the thing, the reason and the cure; exit status 2."""


class Failure(Exception):
    """Something asked for could not be done: one line that names it, the reason and the cure; exit status 1."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of examples, and wraps sentences that are wider than the terminal."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = text.splitlines()
        wrapped = (textwrap.fill(line, width) if line[:1].strip() and len(line) > width else line for line in lines)
        return "\n".join(indent + line for line in wrapped)


def _wrap_help(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = _Help
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                _wrap_help(each)


def build_parser() -> argparse.ArgumentParser:
    """The whole parser, assembled from every module of `crawler.commands`."""
    parser = argparse.ArgumentParser(
        prog="nianbao",
        description="Finds, archives and reads the yearly disclosure reports of China's counties and districts.",
        epilog="Start with: nianbao demo",
    )
    parser.add_argument("--version", action="version", version=f"nianbao {version('nianbao')}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"crawler.commands.{module.name}").add(subparsers)
    _wrap_help(parser)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status. Errors a user can mend are one line on stderr, never a traceback."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args) or 0)
    except UsageError as error:
        print(f"nianbao: {error}", file=sys.stderr)
        return 2
    except Failure as error:
        print(f"nianbao: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("nianbao: interrupted; what was stored is kept, and the same command goes on from there", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`): not an error, but stdout must not be flushed again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
