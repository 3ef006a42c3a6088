"""Measured figures as rows, pictures and pages.

It never computes a figure and owns no facts.
"""
