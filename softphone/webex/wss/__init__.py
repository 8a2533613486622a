"""Registration over a WebSocket, where the service has switched it on and servers have such addresses.

`registrar.Registrar` is asked by `webex_provider` and answers what HTTP would have answered, or None:
then HTTP is the way. `connection` is one socket, `wss_frames` what goes over it, `wss_rules` what its end
means.
"""
