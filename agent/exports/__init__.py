"""What other machines read: each format a pure function from one material to plain JSON."""
