"""Forms as data: read, checked, and the answers to them."""
