"""How events move: settings, topics, the Faust app, sources, sinks, dead letters, metrics, logs."""
