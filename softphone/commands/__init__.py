"""The command line (scripts.md#command-line): a module for a command, or for a few of one kind.

Every module has `add_options(parser, name)`, which says what may be written, and `run(options)`, which does
it and returns the exit code; `watching` and `signing` are the longer work of two. A module is imported when
one of its commands is given: `shared.parser` has the table. `softphone.cli` alone enters.
"""
