"""Every test of this folder may use a profile and services that it decides."""

from tests.accounts.fakes import profile, services

__all__ = ["profile", "services"]
