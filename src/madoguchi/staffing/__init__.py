"""Who works when: people of the roster, plans as they were made and published, their shifts, who was there.

It keeps and publishes; what is needed is calculated by `planning` and `core/staffing`.
"""
