"""Forms for customers and staff."""
