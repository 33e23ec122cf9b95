"""Tablecast: the live companion of a streamed tabletop campaign."""
