"""The deliverables of a gap assessment: what each tells (pure), and how it looks (beside it)."""
