"""The WebSockets of the simulated cloud: the message socket (Mercury) and the calling socket (Mobius).

`frames` keeps the rules of RFC 6455 by wsproto, `socket` what both sockets are, `agenda` what happens later,
`desk` what control does to them.
"""
