"""What people may do on the whole server: roles and permissions as data. Roles in a campaign are elsewhere."""
