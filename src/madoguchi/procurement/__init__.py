"""How the contract is bought: the record of its tender and schedule with every change, firms' comments with answers.

Before its first change the record is the file of the contract's definitions. This room owns no rule of scoring.
"""
