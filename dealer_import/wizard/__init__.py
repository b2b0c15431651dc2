"""From a sample file to a profile: look at it, suggest what its columns mean, show what rows would become. No tables."""
