"""What a contract means: calendar, definitions, exact figures, verdicts.

It never reads a file it was not given, a clock, a database or a framework.
"""
