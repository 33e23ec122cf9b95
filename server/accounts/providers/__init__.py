"""Signing in through others: a `Provider` says who somebody is, an identity says whose account that opens.

`started` is the way there and back, `arriving` what happens at its end, `linking` what belongs to one's own account.
"""
