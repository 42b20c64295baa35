"""Every pack against a database, or files, made with its ERP's own names."""
