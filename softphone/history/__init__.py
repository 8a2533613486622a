"""What happened: every event of every line kept on disk, and what follows from it.

The ways in are `journal.Journal`, and `recording.Recording` for what was taken elsewhere. Outages, uptime and
intervals are worked out from the entries by pure functions. Entered from `accounts`, `app` and above.
"""
