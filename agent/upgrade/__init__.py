r"""From one version of Waybill to another and back, so that a kill anywhere leaves one that runs.

The program root holds the versions side by side and a pointer to the one in force:

    ROOT/versions/0.2.0/{waybill,waybill-service,...}     ROOT/upgrade.json   the journal
    Linux:   ROOT/current -> versions/0.2.0               Windows: the text file ROOT\current

**The journal** names the step that is under way; each step may be done again. Whoever comes next
(`waybill upgrade resume`, the next installer) reads in `journal.resumed` where it goes on: before
the pointer has moved it goes back, after that it begins again, and what returns goes on returning.

**On trial.** A new version reads nothing and sends nothing before it has proven itself: it opens
the queue (and migrates it), checks its configuration, sources and targets, looks into what waits,
and moves a canary of its own through reading, mapping, sealing, queueing and sending to a target
that is none (`agent.runtime.trial`). Only then does it write down that it passed, and lets go. So a
return before that restores a copy of the queue from which nothing has left since: nothing is lost,
nothing is sent twice. Judge and party are one process, so there is no moment at which one of them
says yes and the other one no: after the service was stopped, its word on the disk is final.

**After that** effects have left, and an older copy of the queue would have forgotten them. Going back
then (`waybill upgrade back`) takes the queue along: the newer version brings the schema back to the
older one's (`agent.queue.schema.WAYS_BACK`). Only where a schema has no such way is the older copy
put back, if a person says so: its mark stays, so the next start finds the queue rolled back, sends
nothing before every source was read again, and looks up in the targets what is there (RULES 25).

`journal` and `gate` are pure; `layout`, `notes` and `keep` touch files; `way` walks the steps;
`manifest` only tells that there is something newer. Nothing here installs anything by itself.
"""
