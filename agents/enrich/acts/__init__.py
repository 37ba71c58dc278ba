"""Who is said to do what to whom."""
