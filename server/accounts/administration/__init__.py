"""People as those see them who look after the server: finding, disabling and deleting accounts, giving roles."""
