"""Upgrades of the real agent: two versions of it side by side, and kills at any point.

`versions` makes the folders, whose programs are this agent under other numbers and with another
schema; `machine` is the service manager; `upgrader` is the process that is killed.
"""
