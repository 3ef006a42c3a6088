"""Writes on surveys: one act a function."""
