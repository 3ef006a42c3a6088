"""Award scores of tenders, and what the five exit criteria say of a contract."""
