"""The command line (scripts.md#command-line): `parser` has the table of commands, each room-mate runs some.

Every module has `add_options(parser, name)`, which says what may be written, and `run(options)`, which does
it and returns the exit code. It is imported when one of its commands is given; `softphone.cli` alone enters.
"""
