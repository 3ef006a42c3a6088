"""Definitions of figures, the reference way to measure them, and their verdicts."""
