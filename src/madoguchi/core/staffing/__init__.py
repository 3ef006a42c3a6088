"""How many people a desk needs: queueing formulas, exact and scalar.

Never here: tables of people, the clock, simulation, or anything outside the standard library.
"""
