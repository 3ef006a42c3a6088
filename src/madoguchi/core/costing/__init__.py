"""What a service costs on one footing, and what was saved against the contracts before it."""
