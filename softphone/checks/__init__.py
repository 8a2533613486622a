"""Looking: for faults (Run check, the doctor, diagnostics, drills that make some) and for a newer version.

The ways in are `probes.check_line`, `doctor`, `diagnostics.Diagnostics` and `updates.look_for_update`. Looks
beside the lines, never through them. Entered from `app`, `cli` and `ui`.
"""
