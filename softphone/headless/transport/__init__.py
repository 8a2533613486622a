"""How processes of one user on this computer reach each other: a Unix socket, or a named pipe on Windows.

`door` is where the running program lets others in, `channel` how another process comes to it. Entered from
`headless`.
"""
