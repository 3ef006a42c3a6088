"""The append-only history of every change and every view of personal data, chained by hashes.

It knows no other table: who acted and on what are keys, never names, so that a person can be erased.
"""
