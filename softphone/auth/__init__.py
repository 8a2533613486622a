"""Signing in: OAuth 2.0, the session that renews itself, and the keyring that holds it.

The way in is `session.Session`. The only room that opens a keyring. Requests go through a function that
`app` hands in; no HTTP here. Entered from `accounts` and above.
"""
