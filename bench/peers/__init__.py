"""The servers that are compared: each does the same tiny thing, as its own documentation shows it.

What comes in on a control socket goes out to every reader. A reader is told `ready` where the server can.
"""
