"""Records of cloud contact centres (Amazon Connect, Genesys Cloud, Twilio) turned into calls with one outcome each.

It never decides which calls a contract counts, and leaves missing what a record does not say.
"""
