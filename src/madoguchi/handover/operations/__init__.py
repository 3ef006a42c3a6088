"""Writes of the end of a contract."""
