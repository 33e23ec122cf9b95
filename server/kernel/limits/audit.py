"""The bounds of the audit log."""

from typing import Final

AUDIT_PAGE: Final = 1_000
"""Entries of the audit log read at once: half a megabyte."""
