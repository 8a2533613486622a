"""Webex Calling: the one room that speaks HTTP.

`webex_provider.WebexProvider` implements `calling.provider.Provider`; `client.Client` sends; `wire` reads,
`failures` judges. Entered from `app`, and from `checks`, which look at the same way.
"""

import sys

# WORKAROUND: httpx 0.28 loads its own command line where click and rich are installed: 50 ms of each start.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
