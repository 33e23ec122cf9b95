"""The vectors, declared: one module per part of the rules, each a list of cases."""
