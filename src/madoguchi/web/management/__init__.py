"""What the command line of Django does otherwise here."""
