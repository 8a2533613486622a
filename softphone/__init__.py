"""The softphone registration panel."""

__version__ = "0.1.0"
