"""Registers of loan items, media, terminals, printers, supplies, phones and accounts: what there is, who holds it.

Nothing here knows of applications; a loan or a change may name the ticket it was done for.
"""
