"""What the command line says of itself: `help` to people, `completion` to their shell."""

import argparse
from pathlib import Path

from softphone.commands.shared.options import describe
from softphone.commands.shared.parser import COMMANDS, all_parsers, parse
from softphone.exit_codes import EXIT_OK, EXIT_USAGE

SHELLS = ("bash", "zsh", "fish")
TEXTS = {
    "help": "Shows the help of a command, or of all.",
    "completion": "Prints what makes a shell complete commands and options.\n"
    "Where the program is a package of the system, the shells know it already.",
}
EXAMPLES = {
    "help": """\
  softphone help                              all commands
  softphone help watch                        one of them
""",
    "completion": """\
  softphone completion bash                   for ~/.local/share/bash-completion/completions/softphone
  softphone completion zsh                    for _softphone in a folder of $fpath
  softphone completion fish                   for ~/.config/fish/completions/softphone.fish
""",
}


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """Say what may be written."""
    describe(parser, TEXTS[name], EXAMPLES[name], (EXIT_OK, EXIT_USAGE))
    if name == "help":
        names = [command.name for command in COMMANDS]
        parser.add_argument("about", nargs="?", metavar="COMMAND", choices=names, help="which one")
    else:
        parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def run(options: argparse.Namespace) -> int:
    """Print it; the help ends the process."""
    if options.command == "help":
        parse(["--help"] if options.about is None else [options.about, "--help"])
        return EXIT_OK
    print(completion(options.shell))
    return EXIT_OK


def completion(shell: str) -> str:
    """Return the script for a shell; where a file is meant, it offers files."""
    import shtab

    parser, commands = all_parsers()
    for action in (action for each in (parser, *commands) for action in each._actions):  # noqa: SLF001
        if action.type is Path:
            vars(action)["complete"] = shtab.FILE
    script: str = shtab.complete(parser, shell)
    return script
