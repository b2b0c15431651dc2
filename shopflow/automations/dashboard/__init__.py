"""Staff pages of the automations."""
