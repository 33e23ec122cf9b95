"""The first account of a server: a link that whoever started it finds on the screen makes it, once."""
