"""Clocks of a ticket: computed from its activities, never stored as truth."""
