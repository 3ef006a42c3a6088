"""Questionnaires as data, and the statistics of their answers: pure rules on values."""
