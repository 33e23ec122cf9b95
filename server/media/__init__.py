"""Image uploads: check, re-encode, store."""
