"""Writes on registers: each is one transaction with its dated history."""
