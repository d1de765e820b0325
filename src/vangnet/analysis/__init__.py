"""Pure functions: arrays in, frozen dataclass out; no database, no clock, no hidden randomness."""
