"""What `tablecast` does in a terminal, one module for each command. `server.cli` only gives them names."""
