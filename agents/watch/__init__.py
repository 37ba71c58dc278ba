"""Stories, origins, bursts, claim threads, and alerts."""
