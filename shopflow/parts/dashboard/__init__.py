"""Staff's doors: what is missing, demands, kinds of goods, brands, manufacturers and single parts."""
