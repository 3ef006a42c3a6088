"""Contracts: their definitions in force, and who is what in each.

Whether somebody may see or do something in a contract is decided here, in `access`, and nowhere else.
"""
