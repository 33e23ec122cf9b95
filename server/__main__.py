"""`python -m server` is `tablecast`."""

from server.cli import main

main()
