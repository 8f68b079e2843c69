"""What each deliverable says, in what order: from its model to a document."""
