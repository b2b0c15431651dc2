"""What automations have done and brought: figures kept per day, sales, experiments, and the pages' reports of them."""
