"""Vangnet: the open platform for regional safety networks."""
