"""How the contract is bought: firms' comments on a draft, each with its answer.

What the tender and the schedule are is in the contract's definitions; this room owns no rule of scoring.
"""
