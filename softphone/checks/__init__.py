"""Looking: for faults (Run check, the doctor, diagnostics, drills that make some) and for a newer version.

The ways in are `probes.check_line`, `doctor`, `diagnostics.Diagnostics`, `updates.look_for_update` and
`first_contact.run.FirstContact`. Looks beside the lines, never through them. Entered from `app`, `commands`
and `ui`.
"""
