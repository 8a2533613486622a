"""Looking: for faults (Run check, doctor, capsules for support, drills that make some), for a newer version.

The ways in are `probes.check_line`, `doctor`, `gathering.Diagnostics`, `updates.look_for_update` and
`first_contact.run.FirstContact`. Looks beside the lines, never through them. Entered from `app`, `commands`
and `ui`.
"""
