"""What is there? Readers and collectors, one room for each source, and the evidence they yield."""
