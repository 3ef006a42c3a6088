"""Accounts of the register passed on to other systems, by SCIM 2.0 or as CSV. It owns no account and no person."""
