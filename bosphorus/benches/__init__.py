"""What is measured: each module prints one table, or JSON."""
