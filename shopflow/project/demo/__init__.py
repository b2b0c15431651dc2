"""The demo shop: an invented dealer whose parts come in through the real import."""
