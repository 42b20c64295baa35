"""What hosts the agent: nothing here knows what the agent does.

A host turns the system's ways of saying "stop" into one event, tells the system how the service
is, and guarantees an end: whatever is in flight, the process is gone within its deadline, because
the store survives a kill at any point and a machine that shuts down does not wait.
"""
