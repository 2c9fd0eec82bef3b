"""Load test of an MCP server with Locust (https://locust.io), written by MCP Profiler.

One machine:
    locust -f locustfile.py --headless --mcp-result result.json
Several:
    locust -f locustfile.py --master --headless --expect-workers 2 --mcp-result result.json
    locust -f locustfile.py --worker --master-host MASTER        (on each; `-f -` fetches this file from the master)

The number of users, the spawn rate and the run time are not asked for: PLAN below says what is sent and for how long.
Every worker takes its part of one schedule; the master divides it anew when a worker joins or is lost.

@@ENVIRONMENT@@

Response times start when a request was due; service times when it was written. Histograms are merged exactly.
The result opens in MCP Profiler.
"""

import base64
import bisect
import datetime
import http.client
import itertools
import json
import logging
import math
import os
import random
import re
import socket
import ssl
import sys
import time
import urllib.parse
import uuid

import gevent
import gevent.lock
import gevent.pool
import locust
from locust import LoadTestShape, User, events, task
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

log = logging.getLogger("mcp")

# What is sent. Values written @@NAME@@ are taken from the environment variable NAME on each worker.
PLAN = json.loads(
    r"""@@PLAN@@"""
)
OPTIONS = PLAN["options"]
MODEL = OPTIONS["model"]
WARMUP_S = OPTIONS["warmupS"]
DURATION_S = OPTIONS["durationS"]
END_S = WARMUP_S + DURATION_S
REQUEST_TIMEOUT_S = OPTIONS["requestTimeoutMs"] / 1000
OPENING_TIMEOUT_S = OPTIONS["initializeTimeoutMs"] / 1000
OPERATIONS = PLAN["operations"]

now = time.perf_counter


class Problem(Exception):
    """What the user can mend; its text goes into the result."""


def from_environment(value):
    """The value with @@NAME@@ replaced."""
    if isinstance(value, str):
        return re.sub(r"@@(MCP_[A-Z0-9_]+)@@", lambda m: variable(m[1]), value)
    if isinstance(value, list):
        return [from_environment(v) for v in value]
    if isinstance(value, dict):
        return {key: from_environment(v) for key, v in value.items()}
    return value


def variable(name):
    if name not in os.environ:
        raise Problem(f"The environment variable {name} is not set on the worker {socket.gethostname()}.")
    return os.environ[name]
