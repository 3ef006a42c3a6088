"""Writes on tickets: each is one transaction with its activity, its summary and its history."""
