"""What happens to an event: one room a step."""
