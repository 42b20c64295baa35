"""What turns the checkout into something that IT installs; nothing of it runs on their machines.

- `freeze`   the programs, one folder with everything they need, its licences and hashes
- `linux`    the Debian package
- `windows`  the setup program (NSIS) and the MSI package
- `package`  `dev.py package`: all that this system can build

The tools that they call: PyInstaller (from the lock), dpkg-deb, makensis, wixl. Standard library only
otherwise.
"""
