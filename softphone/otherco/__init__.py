"""Other Co: a calling service with one fixed server, in memory.

`otherco_provider.OtherCoProvider` implements `calling.provider.Provider`. Entered from `app`.
"""
