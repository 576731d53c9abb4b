"""Celery's settings, each with its reason. The broker's address and the time limits come from `config.settings`.

Celery here is an executor that may lose a task or run it twice; the wire queue is the truth (docs/decisions/0002). So
no setting below has to save a message, and none may hold one back for long.
"""

from kombu import Exchange, Queue

STAGES = ("clean", "extract", "geocode", "deduplicate", "sink")
"""In the order of the chain; stage = queue = task `dateline.<stage>`."""
VISIBILITY_TIMEOUT_S = 30

_exchange = Exchange("dateline", type="direct")
task_queues = [Queue(stage, _exchange, routing_key=stage) for stage in STAGES]
# An explicit exchange and key each: Queue(name) alone binds every queue to the default exchange and key, and one
# publish then lands in all of them (measured with kombu 5.7).
task_routes = {f"dateline.{stage}": {"queue": stage, "routing_key": stage} for stage in STAGES}
task_default_queue = "clean"
task_default_exchange = "dateline"
task_default_routing_key = "clean"
task_create_missing_queues = False
# A misspelt queue is an error, not a queue that nobody reads.

task_serializer = "json"
accept_content = ["json"]
# Never pickle. Parcels are encoded by msgspec inside a JSON string; msgpack gained 0 % on 3 kB chains.
task_ignore_result = True
# No result backend: a linear chain needs none, and it costs 0.56 ms of CPU per hop.

task_acks_late = False
# Early: a message that is started is never delivered again by kombu. Late acks lost 9 of 20,000 all the same, and
# redeliver a poison article to one child after the other; the sweeper does it alone, counted, and within seconds.
task_acks_on_failure = True
task_acks_on_timeout = True
# True is the default; False would requeue hard timeouts without bound (Celery 5.7 split the two).
task_reject_on_worker_lost = False
# Has no bound (5 starts in 15 s). What a dead child had in hand is handed to the sweeper by `workers.app`.

worker_prefetch_multiplier = 1
# With the default of 4, SIGTERM hung for 31.8 s in 10 of 26 shutdowns under load; with 1 in none.
worker_max_tasks_per_child = 2_000
# Forking anew is cheap (model and gazetteer are the parent's), and bounds what native code may leak.
worker_soft_shutdown_timeout = 10
# SIGQUIT (or SIGTERM with REMAP_SIGTERM) waits so long for running batches; what is left is dispatched again.
worker_cancel_long_running_tasks_on_connection_loss = False
# With early acks a running batch is nobody else's: let it finish while Redis restarts.
worker_send_task_events = True
task_send_sent_event = True
# Flower and `dateline status` live on them; 1 ms of CPU per message, 0.06 ms per article in batches of 16.
worker_hijack_root_logger = False
worker_redirect_stdouts = False
# Logging is set up in config/log.py.
worker_enable_remote_control = True
worker_state_db = None
event_queue_expires = 60
event_queue_ttl = 5
# A monitor that has left must not fill Redis with events it will never read.

broker_connection_retry_on_startup = True
broker_connection_max_retries = None
# Redis may come later than the workers, and may be away for long.
broker_channel_error_retry = True
# Without it a Redis that is out of memory makes the worker exit with 1.
broker_pool_limit = 10
# Not fewer: Flower asks workers eight things at once; with 4, its threads wait for each other's connections for ever.
broker_transport_options = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,
    # Only messages that are reserved and not started; too short means work done twice, harmless here.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # By default kombu looks only every 100 s for messages of dead workers: 97 s until redelivery.
    "priority_steps": [0],
    # One key per queue instead of four; breaking news needs queues of its own, not priorities.
    "global_keyprefix": "{dateline}:celery:",
    "socket_timeout": 30,
    "socket_keepalive": True,
    # By default a publish on a dead TCP connection waits for ever.
    "client_name": "dateline",
}
visibility_timeout = VISIBILITY_TIMEOUT_S
# The same everywhere: the shortest wins.
result_backend = None
