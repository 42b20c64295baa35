"""A new version on trial: it shows that it works before anything is read or sent.

canary   one record of our own, through every stage to a target that is none
trial    when it passes, and that it is let go only then
"""
