"""Forms of the automations: for staff's pages, for settings of conditions and actions, for waits."""
