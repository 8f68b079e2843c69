"""What is read of GitHub organisations."""
