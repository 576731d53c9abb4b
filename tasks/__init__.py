"""The work: five stages (clean, extract, geocode, deduplicate, sink) and the records they exchange."""
