class NoRate(LookupError):
    """No VAT rate is known for a country on a day; the message says which, and where to enter it."""
