"""How files reach the shop: one module per way, each a plugin like a stranger's."""
