"""One line as a pure machine: what is known, what happens, what is to be done.

The way in is `registration.step(state, event)`, which returns the next state and the effects. No clock, no
I/O, no randomness of its own; imports only `i18n`. Everybody may read its values; only `calling` steps it.
"""
