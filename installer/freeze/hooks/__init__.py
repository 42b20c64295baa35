"""What PyInstaller should gather of packages that hold more than we use."""
