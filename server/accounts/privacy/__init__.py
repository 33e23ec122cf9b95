"""What is known about a person: given to them as a file, and forgotten when they leave."""
