"""Queries whose text is made once and asked often."""
