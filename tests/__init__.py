"""Tests mirror server/."""
