"""Articles that answer (FAQ, procedures, criteria, policies) and the search over them and over tickets.

It does not know tickets: whoever owns a text hands it over to be found.
"""
