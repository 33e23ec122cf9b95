"""What `make` runs: setting the project up on a bare machine, and running its checks. Standard library only."""
