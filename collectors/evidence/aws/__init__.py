"""What AWS says of itself, one module for each subject."""
