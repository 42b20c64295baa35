"""The unattended agent.

A **Record** is read from a source, compared into a **Change**, mapped into a canonical
**Message**, sealed into the queue as an **Entry**, delivered to a CRM, which answers with a
**Receipt**. Five nouns, five rooms, one direction:

- `changes`  Records in, Changes out
- `mapping`  Changes in, Messages out (into the kinds of `canon`)
- `queue`    the durable sealed outbox
- `delivery` Receipts in, Decisions out
- `runtime`  the shell where these stages meet: threads, time, loops

`model` holds the nouns, `ports` what the core asks of the world, `app` puts it all together.
"""

__version__ = "0.1.0"
"""The one place that states the version: package, programs, installers and answers read it here."""
