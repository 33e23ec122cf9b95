"""Persons: signing up, and what belongs to one's own account."""
