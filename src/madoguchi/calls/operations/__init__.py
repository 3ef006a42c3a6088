"""Acts on calls: joined to tickets, tickets opened for them."""
