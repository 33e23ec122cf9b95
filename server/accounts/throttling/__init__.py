"""How often something may be tried: the table, the counters, and devices that are known."""
