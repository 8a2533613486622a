"""The window. Only here is Qt.

`start` builds it on the event loop of `loop`; `bridge` turns the panel's news into signals and clicks into
calls; `commands` is the one table of everything that can be done. Entered from `cli` only. Words come from
`wording`, widgets that know nothing of lines from `ui/kit`.
"""
