"""What mails say: the shipped templates, the texts that staff write in their place, and what both must keep to."""
