"""Where mail comes from: each source lists, fetches and lets go of messages, and knows no table."""
