"""The simulated cloud: a real HTTP server on 127.0.0.1 that behaves as the service does.

It is the oracle the client is tested against, so it shares no code with the client: nothing here may
import another folder of this package. Read `scenarios.py` for the stories it can tell, `routes.py` for
what it answers, `mobius.py` for the rules of registration, and `server.py` for the sockets.
"""
