"""Plans of people from facts: forecasts, simulation, shifts, rosters; formulas come from core/staffing.

It never keeps a plan, reads a file or asks the clock.
"""
