"""Invented facts for the example contracts: single events whose counts give the published figures.

It never states a figure: it makes events, and measuring them gives the figure.
"""
