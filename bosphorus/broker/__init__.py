"""The local Apache Kafka: its jars, its process, and where it listens."""
