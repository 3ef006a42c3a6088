"""Calls beside tickets: which call belongs to which ticket, who is calling, the telephone system as it is now."""
