"""Reads the command line. The table has a row for each command; its module adds the options when it is given.

So a command pays for its own options only, and the window for none but its own.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from softphone import __version__
from softphone.commands import window
from softphone.commands.shared.options import SCENARIO_NAMES, SCENARIOS, did_you_mean
from softphone.exit_codes import EXIT_USAGE
from softphone.i18n import visible

WINDOW = "window"
DEMO = "--demo"
_MAY_BE_EMPTY = frozenset({"value"})  # of a setting
_NO_DEMO = "'{command}' has no --demo: it is about this computer and its own accounts. Leave --demo out."

_NO_SCENARIO = f"there is no scenario '{{}}'. Choose from {SCENARIO_NAMES}."


class Command(NamedTuple):
    """A row: how it is written, the module of this folder that runs it, and what it does, in a few words."""

    name: str
    module: str
    words: str


COMMANDS = (
    Command("watch", "watch", "register all wanted lines and print each event, without a window"),
    Command("status", "running", "show the lines of the running program"),
    Command("register", "running", "tell the running program to register a line"),
    Command("deregister", "running", "tell the running program to switch off a line"),
    Command("devices", "running", "list who is registered for a line's person, or remove one"),
    Command("show", "running", "bring the running window to the front"),
    Command("quit", "running", "end the running program and wait until its lines are off"),
    Command("sign-in", "accounts", "sign in without a window: in your browser, or by a code elsewhere"),
    Command("accounts", "accounts", "list who is signed in"),
    Command("sign-out", "accounts", "end a sign-in here and at Webex, and print a receipt"),
    Command("doctor", "checking", "check this computer: Qt, display, keyring, network, clock, service"),
    Command("check", "checking", "check the way to Webex step by step, up to the running program's line"),
    Command("diagnostics", "checking", "write one file for support: no secrets, names replaced"),
    Command("open", "checking", "open such a file: lines, activity and replay, in which nothing acts"),
    Command(
        "first-contact", "first_contact", "try the live service once, and write what its answers look like"
    ),
    Command("cloud", "cloud", "run the simulated cloud alone"),
    Command("history", "past", "show what happened to the lines"),
    Command("outages", "past", "show when lines were not reachable, and why"),
    Command("logs", "past", "show the end of the log"),
    Command("config", "config", "show and change the settings"),
    Command("completion", "help", "print what makes a shell complete the commands"),
    Command("help", "help", "show the help of a command"),
)
ROWS_OF_JSON = frozenset({"watch", "history", "outages"})  # the others print one object, of an error, too
MODULES = {command.name: command.module for command in COMMANDS} | {WINDOW: WINDOW}


class Parser(argparse.ArgumentParser):
    """Of the program, or of one command. Fills itself when it is first used."""

    def __init__(self, *, add_options: Callable[["Parser"], None] | None = None, **more: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **more)
        self.defaults: dict[str, Any] = {}  # of its own options
        self._add_options = add_options

    def fill(self) -> None:
        """Add the options. Their defaults are kept apart, so that a parsed value is one that was given."""
        if self._add_options is None:
            return
        self._add_options(self)
        self._add_options = None
        for action in self._actions:
            if action.default is not argparse.SUPPRESS and action.dest != "command":
                self.defaults[action.dest] = action.default
                action.default = argparse.SUPPRESS

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read what is understood, as `argparse` does; in a command options may stand among its words."""
        self.fill()
        words = args if self._subparsers is not None or args is None else self._options_first(args)
        return super().parse_known_args(words, namespace)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong, and where to look; ends the process."""
        self.exit(EXIT_USAGE, visible(f"softphone: {message} ('{self.prog} --help' says more)") + "\n")

    def _options_first(self, words: Sequence[str]) -> list[str]:
        """Return the words with known options in front: `argparse` takes no word that stands behind one."""
        options: list[str] = []
        others: list[str] = []
        left = iter(words)
        for word in left:
            if word == "--":
                others += (word, *left)
                break
            name = word.partition("=")[0] if word.startswith("--") else word[:2]
            if name not in self._option_string_actions:
                others.append(word)
                continue
            lacks_value = self._lacks_value(word)
            value = list(islice(left, lacks_value))
            (options if value or not lacks_value else others).extend((word, *value))
        return options + others

    def _lacks_value(self, word: str) -> bool:
        """Whether the next word is the option's value: of `--line` and `-fn`, not of `--line=1` and `-n1`."""
        names = [word] if word.startswith("--") else [f"-{letter}" for letter in word[1:]]
        actions = [self._option_string_actions.get(name) for name in names]
        takes = [action is not None and action.nargs is None for action in actions]
        return True in takes and takes.index(True) == len(takes) - 1

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        if (
            not arg_string and action.nargs != argparse.PARSER and action.dest not in _MAY_BE_EMPTY
        ):  # "$LINE" of a script that has not set it
            raise argparse.ArgumentError(action, "it is empty.")
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            what = "whole number" if action.type is int else getattr(action.type, "__name__", "value")
            raise argparse.ArgumentError(action, f"'{arg_string}' is no {what}.") from error

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in (*action.choices, argparse.SUPPRESS):
            raise argparse.ArgumentError(action, f"there is no '{value}'. {_instead(value, action.choices)}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; `options.command` names the command.

    Ends the process if they are not understood.
    """
    main, commands = _parsers()
    words, no_scenario = _with_scenarios(arguments)
    if no_scenario is not None and not MODULES.keys() & set(words):
        main.error(_NO_SCENARIO.format(no_scenario))
    options, left_over = main.parse_known_args(words)
    parser = commands.get(options.command, main)
    if left_over:
        first = left_over[0]
        if first.partition("=")[0] == DEMO:
            parser.error(_NO_DEMO.format(command=parser.prog))
        if first == no_scenario:
            parser.error(_NO_SCENARIO.format(first))
        known = [option for action in parser._actions for option in action.option_strings]  # noqa: SLF001
        if first in known:
            parser.error(f"'{first}' belongs behind '{options.command}': {parser.prog} {first}.")
        better = f" {_instead(first, known)}" if first.startswith("-") else ""
        parser.error(f"'{' '.join(left_over)}' is not understood.{better}")
    for given in vars(options).keys() - parser.defaults.keys() - {"command"}:
        if given == DEMO.removeprefix("--"):
            parser.error(_NO_DEMO.format(command=parser.prog))
        parser.error(f"'--{given.replace('_', '-')}' means nothing to '{parser.prog}'.")
    return argparse.Namespace(**{**parser.defaults, **vars(options)})


def build_parser() -> Parser:
    """Return the parser of the whole command line, for whoever describes it: the manual page."""
    return all_parsers()[0]


def all_parsers() -> tuple[Parser, tuple[Parser, ...]]:
    """Return the parser of the program and those of its commands, with all options."""
    main, commands = _parsers()
    for parser in (main, *commands.values()):
        parser.fill()
    return main, tuple(commands.values())


def _parsers() -> tuple[Parser, dict[str, Parser]]:
    main = Parser(prog="softphone", add_options=partial(window.add_options, name=WINDOW))
    main.add_argument("--version", action="version", version=f"softphone {__version__}")
    rows = main.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    main.set_defaults(command=WINDOW)
    commands = {
        command.name: rows.add_parser(
            command.name, help=command.words, add_options=partial(_add_options, command)
        )
        for command in COMMANDS
    }
    return main, commands


def _add_options(command: Command, parser: Parser) -> None:
    import_module(f"softphone.commands.{command.module}").add_options(parser, command.name)


def _with_scenarios(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Join `--demo` to its scenario, so that it never takes the word after it for one.

    Returns the words, and the one behind `--demo` that is no scenario.
    """
    words: list[str] = []
    no_scenario = None
    for word in arguments:
        if words and words[-1] == DEMO:
            words[-1] = f"{DEMO}={word}" if word in SCENARIOS else f"{DEMO}=calm"
            if word in SCENARIOS:
                continue
            if not word.startswith("-"):
                no_scenario = word
        words.append(word)
    if words and words[-1] == DEMO:
        words[-1] = f"{DEMO}=calm"
    return words, no_scenario


def _instead(word: object, known: Iterable[object]) -> str:
    names = [str(name) for name in known]
    return did_you_mean(str(word), names, otherwise=f"Choose from {', '.join(names)}.")
