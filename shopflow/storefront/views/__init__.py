"""What customers see of the catalogue: lists, search, product pages, and what machines read of them.

None of these pages sets a cookie or records who looked at what: Oscar's ``product_viewed`` signal, whose receivers
store a history cookie and a row per visitor, is not sent.
"""
