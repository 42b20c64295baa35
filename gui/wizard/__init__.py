"""The first set-up: a step for each thing that an agent needs before records can go to a CRM.

    course.py      what is set up: the real home or that of the practice, and which parts of it
    step.py        what every step is: it asks, says that it is busy, and when it is done
    parts.py       a part of the configuration, entered by a form
    service.py key.py source.py destination.py mapping.py dry_run.py link.py live.py   the steps
    packs.py       a ready set for a known ERP, instead of a source and a mapping of one's own
    decide.py      who is who, where the comparison with the CRM is not certain

What is done lies in the service: a step asks it, so that the way goes on where it was left, on any
machine. The page that they are on is `gui.pages.setup`.
"""
