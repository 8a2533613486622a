"""What the commands share: `parser` with the table of all, `options` that several have, their `program`.

Entered by the commands and `softphone.cli`.
"""
