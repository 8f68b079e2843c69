"""The reader of a company's own documents and registers, and one module for each subject."""
