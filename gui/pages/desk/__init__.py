"""What the pages of daily work are made of: exceptions and their row editor, holds, the audit, logs.

Each part asks the service for what it shows and tells, before anything is done, what would happen;
questions stand inside the page, never in front of it.
"""
