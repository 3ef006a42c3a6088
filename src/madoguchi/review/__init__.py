"""Reads a performance report written elsewhere and says where its dates, sums and words do not hold together.

It judges a document against itself only: it knows no contract, changes nothing and asks nobody.
"""
