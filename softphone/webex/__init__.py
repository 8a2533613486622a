"""Webex Calling: the one room that speaks HTTP.

`webex_provider.WebexProvider` implements `calling.provider.Provider`; `client.Client` sends; `wire` reads,
`failures` judges. Entered from `app`, and from `checks`, which look at the same way.
"""
