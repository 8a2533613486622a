"""Looking for faults: Run check, the doctor, and the diagnostics for support.

The ways in are `run_check.run_checks`, `doctor` and `export.Diagnostics`. Looks beside the lines, never
through them. Entered from `app`, `cli` and `ui`.
"""
