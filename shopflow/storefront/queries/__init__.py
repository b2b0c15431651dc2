"""What the storefront reads: categories, listings, search results and the cards that show them."""
