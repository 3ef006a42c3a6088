"""The works of the contract: applications, decisions, improvements, and the running of the desk.

An application is a ticket with a form's answers, approvals and tasks; the ticket stays the desk's own.
"""
