"""What an event is: Avro contracts, their typed records, and the bytes on the wire. The ground floor: imports nothing of ours."""
