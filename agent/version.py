"""Which gapwatch this is; reading it loads nothing else."""

VERSION = "0.1.0"
