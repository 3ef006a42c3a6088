"""What people keep of themselves: name, language, password, second factor, tokens, filters.

It owns no table: each is kept by its own room.
"""
