"""The Django project: settings, addresses, base templates and the design's tokens.

It knows every room and no rule.
"""
