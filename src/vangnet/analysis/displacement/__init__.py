"""The waterbed effect: crime moved, came down as a whole, or nobody can tell."""
