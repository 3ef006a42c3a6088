"""Tickets: received, answered, passed on, timed and closed.

What happened is in a ticket's activities, which are only ever added; the ticket's own columns are their summary.
"""
