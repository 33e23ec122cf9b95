"""Tables of people, that a campaign can take in as a whole."""
