"""People, their organisations and divisions, and how they sign in.

It does not know what anybody may do in a contract: roles are the contracts'.
"""
