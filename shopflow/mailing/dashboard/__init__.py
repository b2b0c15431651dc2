"""The staff's doors to the mail room."""
