"""Targets: where messages go."""
