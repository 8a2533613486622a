"""What works without a window: `watch`, the control socket and its client, metrics.

Entered from `app`, `cli` and `ui`.
"""
