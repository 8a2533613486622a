"""Signing in, seen: the page in the web engine or a browser, a token, the set-up guide, the receipt.

The way in is `flow.SignInFlow`. Entered from `ui` and `ui.window`.
"""
