"""A person's sign-ins: one for each device, kept alive by refresh tokens that are good once."""
