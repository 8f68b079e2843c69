"""What a company writes its system description from: nothing in it is invented."""
