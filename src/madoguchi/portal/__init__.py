"""What users see: ask, follow, answer back, search, rate. It owns no facts."""
