"""The command line: reads arguments, calls the rooms below, prints.

It never computes a figure.
"""
