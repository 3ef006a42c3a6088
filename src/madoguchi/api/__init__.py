"""Everything a person can do at the desk, for programs: JSON by scoped tokens, described by OpenAPI."""
