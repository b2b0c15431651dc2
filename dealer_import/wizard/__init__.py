"""From a sample file to a profile: look at it, suggest what columns mean, show what rows would become. No tables."""
