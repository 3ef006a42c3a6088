"""Quality: a contract's figures from everything its desk did, months frozen on approval, the running month's forecast.

It pulls facts of the rooms below and measures them; it decides nothing about a ticket and changes none.
"""
