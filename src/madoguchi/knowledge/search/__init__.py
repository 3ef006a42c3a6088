"""Finding Japanese texts by their words: `words` cuts them, `index` files them, `find` ranks them."""
