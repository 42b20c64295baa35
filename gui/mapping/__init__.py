"""The parts of the page of mappings: the table of rules, the editor of one, records, versions.

They hold no rule of their own: the service reads a draft, changes one place of it and tries it on
real records, so that what is seen here is what its engine makes.
"""
