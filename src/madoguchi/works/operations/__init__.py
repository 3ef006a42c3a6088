"""Writes of the works: each is one transaction with its history."""
