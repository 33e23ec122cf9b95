"""The tokens of a campaign, for machines and for links: made, listed, revoked, exchanged."""
