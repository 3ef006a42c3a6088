"""Telephone logs of an Asterisk PBX and its carrier, rebuilt into whole calls with one outcome each.

It never decides which calls a contract counts, and never takes a call's outcome from one log where another
contradicts it.
"""
