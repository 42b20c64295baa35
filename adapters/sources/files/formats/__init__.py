"""The formats of files: how the columns of one record are found and what they say."""
