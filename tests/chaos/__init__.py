"""Real processes that die, freeze and come back."""
