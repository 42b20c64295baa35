"""What this machine is to the agent: accounts, rights, paths and drives, as the system sees them.

- `paths`    what a path is (share, drive, name that means something else), what it is called long
- `account`  under which account this process works, and what a server sees of it
- `grants`   the exact command that lets that account in
- `access`   who may do what with a folder or a pipe: descriptors as text (SDDL), built and judged
- `windows`  the calls into Windows behind the others; loaded there only

Everything that can be judged without Windows is pure and takes what it needs as arguments; where
another system runs, the questions have plain answers. Any room may ask here; nothing is decided.
"""
