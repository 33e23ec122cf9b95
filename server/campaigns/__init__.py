"""Campaigns, characters, roster, episodes, layouts, the event log and the live socket."""
