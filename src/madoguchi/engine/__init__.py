"""The definitions of core as columnar queries: fast, and equal to core to the last count.

It never decides what a figure means.
"""
