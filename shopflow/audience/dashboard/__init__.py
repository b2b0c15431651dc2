"""The staff's doors: contacts, segments, share links, and the lists behind them."""
