"""The running: Celery app, dispatcher, producers, sinks' connections, command line, embedded Redis."""
