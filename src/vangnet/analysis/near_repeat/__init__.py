"""Near repeats: do events lie closer together in place and time than chance would have it (Knox)."""
