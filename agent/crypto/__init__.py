"""Sealing what lies on the disk, and keeping the keys to it.

    wrapper or recovery key -> master key -> data keys (one current, older ones only open)
                                          -> index key (all keyed hashes; never rotates, RULES 8)
                                          -> the key of the secrets

- The master key never touches the disk unwrapped. It is wrapped twice: by a `Wrapper` that lets
  the service start alone, and by a recovery key that a person keeps elsewhere.
- Every seal is AES-256-GCM under a random 96-bit nonce; format, key number, installation and the
  caller's context are authenticated. Nothing is ever tried with a second key.
- A data key seals at most 2**28 messages, then the next one takes over. The count is reserved on
  disk before use, so that a crash counts too much and never too little.
- Python cannot wipe memory. Whoever may read the memory of the service may read its keys.
- Destroying a data key rewrites the key file without it. Copies of that file (backups, freed disk
  blocks) are for the owner of the machine to expire.
"""

from agent.crypto.ephemeral import EphemeralCipher
from agent.crypto.ring import KeyRing
from agent.crypto.secret_vault import SecretInfo, SecretVault, expiry
from agent.crypto.vault import Created, DataKey, KeyVault, backup_key
from agent.crypto.wrapping import (
    CredentialWrapper,
    FileWrapper,
    Wrapper,
    default_wrapper,
    taken_over,
)

__all__ = [
    "Created",
    "CredentialWrapper",
    "DataKey",
    "EphemeralCipher",
    "FileWrapper",
    "KeyRing",
    "KeyVault",
    "SecretInfo",
    "SecretVault",
    "Wrapper",
    "backup_key",
    "default_wrapper",
    "expiry",
    "taken_over",
]
