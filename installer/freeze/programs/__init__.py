"""The first lines of each frozen program."""
