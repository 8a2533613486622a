"""The simulated cloud in the likeness of another: `softphone cloud --like REPORT` (first-contact.md).

`reader` reads the report of a first contact, `answers` meets requests with it, `pouring` makes the values.
"""
