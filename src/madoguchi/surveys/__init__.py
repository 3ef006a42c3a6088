"""Surveys: questionnaires, rounds, invitations, answers that cannot be joined to people.

It keeps no figure: answers leave it as facts, and pages count patterns. Nothing here knows who gave an answer.
"""
