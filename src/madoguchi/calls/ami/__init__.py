"""The telephone system as it is now, heard over Asterisk's manager interface: listening, never acting."""
