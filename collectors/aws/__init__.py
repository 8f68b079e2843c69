"""The AWS reader, and one module for each subject it is asked about."""
