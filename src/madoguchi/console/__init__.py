"""The screens of those who work at the desk, lead it, decide for it and audit it. It owns no facts."""
