"""Which events of CloudTrail somebody would hear of."""
