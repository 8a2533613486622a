"""Looking for faults: Run check, the doctor, diagnostics for support, and drills that make faults.

The ways in are `probes.check_line`, `doctor` and `diagnostics.Diagnostics`. Looks beside the lines, never
through them. Entered from `app`, `cli` and `ui`.
"""
