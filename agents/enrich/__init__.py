"""Who is said to do what to whom: countries, actors, interactions, themes, interference."""
