"""The end of a contract: all of it out as one open archive, into another installation, and its personal data erased.

It owns no facts of a desk: it passes on and takes away what the rooms below keep.
"""
