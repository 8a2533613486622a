"""Accounts: who is signed in, their lines, and the panel that shows and commands them all.

The way in is `panel.Panel`: the window, `watch` and the control socket drive this one object. An account is
a sign-in and a calling client; how both reach the world is handed in (`sign_in_service`). Knows no Qt and
no HTTP. Entered from `app`, `checks`, `headless`, `wording` and `ui`.
"""
