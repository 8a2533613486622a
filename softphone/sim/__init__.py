"""A simulated Webex cloud on real sockets: `softphone cloud`, the demo and the tests.

The way in is `cloud.Cloud`. Shares no code with the client, so that both cannot be wrong in the same way,
and imports no other room. Started by `cli` and the tests.
"""
