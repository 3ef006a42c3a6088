"""Writes of the mail room: each is one transaction with the bytes, the ticket's step and the history."""
