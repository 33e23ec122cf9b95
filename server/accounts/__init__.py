"""Who is asking and what they may do.

`identify` makes a `Principal` of what a request carries, `rules.allow` judges it. Each room below has the usual files:
`people` (accounts of persons), `passwords`, `sessions` (sign-in, refresh, devices), `tokens` (of campaigns, for
machines), `audit`.
"""
