"""What one e-mail says: bytes read into values, sorted, threaded, and answers composed.

It never opens a connection, a file or an archive, never asks for a ticket, and never raises on what a stranger sent.
"""
