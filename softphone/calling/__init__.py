"""One account's lines, kept registered.

The way in is `calling_client.CallingClient`; `provider.Provider` is what a calling service has to be.
`line_runner` gives the pure machine of `line/` a clock, a disk and a wire. Entered from `accounts` and
above; a service (`webex/`) only implements `provider`.
"""
