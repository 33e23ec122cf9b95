"""What is reached by a link in a mail: proving an address, a new password, another address, and back again."""
