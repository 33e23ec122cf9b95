"""A second factor: codes that an app makes from a secret and the time, and recovery codes for when the app is lost."""
