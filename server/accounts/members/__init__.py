"""Who belongs to a campaign, as what; and which of its characters they play."""
