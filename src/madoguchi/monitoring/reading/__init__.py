"""Bodies of monitoring programs turned into sayings; what cannot be understood is named, never guessed."""
