"""Where records come from and where they go: cards, the editor of a place, tests, signing in."""
