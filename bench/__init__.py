"""Measurements of the real thing: `make bench`, or `python -m bench NAME`. Printed with the machine they ran on."""
