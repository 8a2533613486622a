"""What happened: every event of every line kept on disk, and what follows from it.

The way in is `journal.Journal`. Outages, uptime and intervals are worked out from the entries by pure
functions. Entered from `accounts`, `app` and above.
"""
