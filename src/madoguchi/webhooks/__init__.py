"""Programs outside: those told of what happens, those that open tickets by signed messages."""
