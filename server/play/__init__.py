"""The rules of the table, pure: no clock, no randomness, no I/O. Knows only kernel.errors and kernel.limits."""
