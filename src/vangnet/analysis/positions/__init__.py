"""Key positions in a network: whose absence breaks it up most, and from whom most is within reach."""
