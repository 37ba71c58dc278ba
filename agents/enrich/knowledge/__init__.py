"""What the coders know, as reviewable text files: one row a fact, each with the date it was checked and its source."""
