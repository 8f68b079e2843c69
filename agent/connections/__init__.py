"""The only room that reads credentials and the environment, and builds the vendors' clients."""
