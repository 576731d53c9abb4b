"""Values only: settings, queues, logging. Imports nothing of ours."""
