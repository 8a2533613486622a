"""A simulated Webex cloud on real sockets: `softphone cloud`, the demo and the tests.

The way in is `cloud.Cloud`. Shares no code with the client, so that both cannot be wrong in the same way;
only `drills`, which tells a running cloud what to break, knows our lines. Started by `cli` and the tests.
"""
