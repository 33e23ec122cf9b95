"""Live connections: rooms, positions, fan-out, slow readers, the bus.

Knows bytes and topics; knows no game, no SQL, no HTTP.
"""
