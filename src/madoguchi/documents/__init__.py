"""Documents kept for a contract: their texts, comments, approvals and the approved files with their hashes.

It writes no document itself (`reports` does) and measures nothing.
"""
