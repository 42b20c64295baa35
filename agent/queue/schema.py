"""The tables, and how an older database becomes this one.

`user_version` counts migrations. A database with a higher number was written by a newer Waybill
and is refused; before migrating, the file is backed up beside itself. Each migration from
`FIRST_PUBLISHED` on has a way back in `WAYS_BACK`, so that a newer Waybill can hand the queue to
the one before it as it stands, with nothing restored (`waybill upgrade back`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from agent.errors import StoreTooNew
from agent.queue import copies

VERSION = 7
FIRST_PUBLISHED = 7
"""The schema of the first release: nobody has an older one to go back to."""

TABLES = """
create table meta (name text primary key, value);
create table stream (
  id integer primary key, name text not null unique,
  checkpoint blob,                      -- sealed: where the next read starts
  done integer not null default 0,      -- 1: the last read was complete, 2: it ended incomplete, 0: one is under way
  base integer not null default 0,      -- number of the ledger's base file
  layout text not null default '',      -- flow ids of its rows' memory, in order
  in_order integer not null default 0,  -- 1: its reads come in an order that cannot be gone back in
  proven integer not null default 1,    -- 0: existence is believed, values are not (RULES 5)
  watch blob                            -- sealed: what a person allowed or refused for one read
);
create table flow (
  id integer primary key, name text not null unique, stream integer not null,
  target text not null, version integer not null default 0,
  behind integer not null default 0     -- 1: rows were passed over, caught up by re-reading
);
create table paused (kind text not null, name text not null, primary key (kind, name));
create table reading (
  id integer primary key autoincrement, stream integer not null,
  about blob not null,                  -- sealed: name and checkpoint
  started real not null, ended real, complete integer not null default 0,
  counts text not null default '{}',
  open integer not null default 0, parked integer not null default 0,
  settled integer not null default 0    -- 0 open, 1 settled
);
create index reading_unsettled on reading (stream, id) where settled = 0;
create table envelope (id integer primary key, open integer not null, blob blob not null);
create table shape (id integer primary key, names text not null unique);
create table entry (
  seq integer primary key,              -- also the revision of its lane
  flow integer not null, lane blob not null, row blob not null, id blob not null,
  state integer not null default 0, kind integer not null default 0,
  op integer not null default 0, shape integer not null, envelope integer not null,
  prev integer not null default 0, read integer not null,
  size integer not null, created real not null, verify integer not null default 0,
  attempts integer not null default 0,
  crashed_at integer not null default 0, -- attempts when a start last found it sending
  crashes integer not null default 0,    -- starts in a row that found a new attempt cut off
  shared integer not null default 0, due real, since real, step integer not null default 0,
  code text, reason blob                -- reason is sealed
);
create table run (
  first integer primary key,            -- packed plain entries: see `agent.queue.runs`
  base integer not null, flow integer not null, read integer not null, shape integer not null,
  epoch integer not null, created real not null, entries integer not null,
  lanes blob not null, rows blob not null, sizes blob not null, sum integer not null
);
create index run_flow on run (flow, first);
create index entry_ready on entry (flow, seq) where state = 0;
create index entry_later on entry (due) where state = 1;
-- Few entries are between waiting and done. A query finds them only if it repeats the condition
-- word for word. As `in (...)` it would double the cost of an insert.
create index entry_lane on entry (lane) where state between 1 and 5;
create index entry_state on entry (state, seq) where state between 1 and 5;
create index entry_shared on entry (lane) where shared = 1 and state < 5;
create index entry_prev on entry (prev) where prev > 0;
create index entry_delete on entry (flow) where op = 1 and state < 5;
create table wait (
  lane blob not null, seq integer not null, field text not null, primary key (lane, seq, field)
) without rowid;
create index wait_seq on wait (seq);
create table lane (
  lane blob not null, flow integer not null, present integer not null, seq integer not null,
  content blob, remote blob, primary key (lane, flow)
) without rowid;
create table vanished (                 -- deletes confirmed since the stream last looked (RULES 21)
  stream integer not null, lane blob not null, flow integer not null, seq integer not null,
  depth integer not null, primary key (stream, lane)
) without rowid;
create table tally (flow integer not null, state integer not null, entries integer not null,
  bytes integer not null, primary key (flow, state)) without rowid;
create table delta (
  id integer primary key autoincrement, stream integer not null, seq integer not null,
  rows blob not null, block blob not null,
  sum integer not null                  -- of both: a page that was damaged is not believed
);
create index delta_stream on delta (stream, id);
create table unreadable (
  id integer primary key autoincrement, stream integer not null, read integer not null,
  since real not null, code text not null, about blob not null
);
create table hold (
  id integer primary key autoincrement, stream integer not null, read integer not null,
  kind text not null, since real not null, entries integer not null, total integer not null,
  about blob not null,                  -- sealed: the reason, and what the hold is about
  state text not null default 'held'
);
create table deletion (stream integer not null, at real not null, rows integer not null);
"""


def prepare(conn: sqlite3.Connection, path: Path | None) -> None:
    """Create or migrate the tables.

    Raises StoreTooNew for a database from the future.
    """
    version = int(conn.execute("pragma user_version").fetchone()[0])
    if version > VERSION:
        raise StoreTooNew(
            f"The database has schema {version}, this Waybill knows {VERSION}.",
            hint="Install the newer Waybill again, or let it hand the queue back: run its"
            " `waybill upgrade back`.",
            params={"found": str(version), "known": str(VERSION)},
        )
    if version == VERSION:
        return
    if version and path:
        copies.copy_open(conn, path.with_name(f"{path.name}.schema-{version}"))
    from agent.queue.sqlite import Database  # for this moment; every other start does without

    db = Database(conn)
    with db.atomic():
        for number in range(version, VERSION):
            for statement in MIGRATIONS[number].split(";"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"pragma user_version = {VERSION}")
    # Out of the log: an upgrader reads the schema in the header while the database is in use.
    conn.execute("pragma wal_checkpoint(truncate)").fetchall()


DESK = """
alter table entry add column field text;
alter table entry add column edits integer not null default 0;
create index entry_edits on entry (edits) where edits > 0;
create index entry_cause on entry (flow, code, field, since) where state = 5;
create index entry_aside on entry (lane) where state = 12;
create table act (
  id integer primary key autoincrement, seq integer not null, at real not null,
  what text not null, about blob not null
);
create index act_seq on act (seq);
"""
"""What people decide about parked entries.

`field` is a name of the entry's shape, never a value. `edits` is the entry that the memory of the
row names and whose place a person's edit took: see `agent.queue.desk`. `act.about` is sealed.
"""

LINKS = """
create table link (
  flow integer primary key, state text not null, since real not null, about blob not null
);
create table link_item (
  id integer primary key autoincrement, flow integer not null, lane blob not null,
  kind text not null, state text not null, since real not null, about blob not null
);
create unique index link_item_lane on link_item (flow, lane);
create index link_item_state on link_item (flow, state, id);
"""
"""Which record of the ERP is which one of the CRM: see `agent.queue.links`. `about` is sealed."""

ESCALATION = """
create table escalation (
  item blob not null, since real not null, rule text not null, level integer not null,
  at real not null, ref text not null, primary key (item, since, rule, level)
) without rowid;
create table raised (
  id integer primary key autoincrement, at real not null, what text not null, item blob not null,
  since real not null, rule text not null, level integer not null, ref text not null,
  about text not null, told integer not null default 0
);
create index raised_untold on raised (id) where told = 0;
"""
"""What waited too long: the steps reached by what still waits, and every event (`escalations`).

`item` is a keyed hash; rules, references, flows and codes are names of ours, never values.
"""

PUBLISHES = """
alter table flow add column mapping text;
alter table entry add column unsure integer not null default 0;
alter table entry add column remapped integer not null default 0;
create table publish (
  id integer primary key autoincrement, flow integer not null, at real not null,
  mapping text not null, former text not null,
  first integer not null,               -- its entries have numbers from here on,
  made integer not null,                -- those below this one are still of a former mapping,
  last integer,                         -- and later ones are ordinary changes again
  canary integer not null, state text not null, undoes integer not null default 0,
  until real not null,                  -- what was there before is kept up to then
  images integer not null default 0, bytes integer not null default 0,
  unkept integer not null default 0,    -- records that went without an image
  about blob not null
);
create index publish_flow on publish (flow, id);
create table image (
  publish integer not null, lane blob not null, flow integer not null, seq integer not null,
  origin integer not null, row blob not null, read integer not null, shared integer not null,
  remapped integer not null,            -- 1: its row had not changed, only the mapping
  was blob,                             -- what was confirmed of the lane before (see `lane`)
  state integer not null default 0,     -- 0 open, 1 on its way back, 2 over
  outcome text not null default '', entry integer not null default 0,
  content blob
);
create unique index image_lane on image (publish, lane);
create index image_entry on image (entry) where entry > 0;
create index entry_held on entry (flow, seq) where state = 1 and due is null;
"""
"""Published mappings, and what the targets held before: see `agent.queue.publishes`.

`flow.mapping`, `publish.mapping` and `former` are digests of a mapping's text. `entry.unsure`: the
target may hold something else than what was confirmed last; `remapped`: its row had not changed,
only its mapping. `publish.about` and `image.content`
are sealed. Entries that wait for a yes are in state 1 without a time.
"""

LOOKS = """
drop index entry_delete;
create index entry_delete on entry (flow, lane, seq) where op = 1 and state < 5;
create index entry_held_for on entry (flow, code, seq) where state = 1 and due is null;
"""
"""What takes no look at everything that waits: whether something of a lane waits for a delete that

may not go yet (`agent.queue.claims`), and what is held for one reason (`agent.queue.canary`).
"""

HOURS = """
create table hour (
  flow integer not null, at integer not null, delivered integer not null,
  parked integer not null, waiting integer not null, primary key (flow, at)
) without rowid;
"""
"""What each hour brought: see `agent.queue.hours`."""

MIGRATIONS = (TABLES, DESK, LINKS, ESCALATION, PUBLISHES, LOOKS, HOURS)


WAYS_BACK: Mapping[int, str] = {}
"""By schema: what makes of it the one before, to the letter, and loses only what was new in it."""


def missing_tables(conn: sqlite3.Connection) -> list[str]:
    """Tables and indexes that a database of this version must have and this one does not."""
    wanted = set(re.findall(r"create (?:table|(?:unique )?index) (\w+)", "".join(MIGRATIONS)))
    found = {name for (name,) in conn.execute("select name from sqlite_master")}
    return sorted(wanted - found)
