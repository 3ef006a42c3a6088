"""Other tools' files turned into fact tables, and the store that keeps them.

It never judges a fact and never drops one without saying so.
"""
