"""A small estate that runs on this machine: AWS by moto, GitHub and GCP by local servers."""
