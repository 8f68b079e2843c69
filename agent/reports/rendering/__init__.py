"""From a document to a file: one renderer for each format, and nothing heavy before it is used."""
