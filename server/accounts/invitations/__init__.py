"""Asking somebody to join a campaign or a group: by a link, or by name."""
