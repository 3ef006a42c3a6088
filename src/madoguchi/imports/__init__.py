"""Other tools' ledgers of tickets: looked at, mapped, tried out, brought into the desk, taken back.

It never answers or notifies anybody, and it never changes a ticket that is there.
"""
