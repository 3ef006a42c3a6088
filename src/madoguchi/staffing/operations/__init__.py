"""Writes of staffing, by subject."""
