"""What is done with imports, one act a function."""
