class Master:
    """Divides the schedule among the workers, adds up their accounts, and writes the result."""

    def __init__(self, environment, workers, to_worker):
        self.environment = environment
        # the workers that Locust sees alive, by id: whether each has been told to run
        self.workers = workers
        self.to_worker = to_worker
        self.run = None
        # on this process's clock, when the warm-up starts
        self.zero = None
        self.finished = False

    def start(self, **_):
        self.run = {"id": uuid.uuid4().hex, "startedAt": None, "written": False, "stopped": False, "notices": []}
        self.ready = {}
        self.accounts = {}
        self.seconds = {}
        self.shared = set()
        self.zero = None
        self.finished = False
        gevent.spawn(self.conduct, self.run)

    def conduct(self, run):
        planned, group, since = set(), [], now()
        while True:
            gevent.sleep(0.1)
            if run["stopped"] or run["written"]:
                return
            elapsed = now() - self.zero if self.zero is not None else None
            running = self.workers()
            alive = set(running)
            if elapsed is None or elapsed < END_S - 2:
                for worker in {w for w in alive if running[w]} - planned:
                    planned.add(worker)
                    self.to_worker("mcp_plan", {"run": run["id"]}, worker)
            if elapsed is None:
                if not self.begin(run, alive & planned, now() - since):
                    continue
                elapsed = now() - self.zero
            able = sorted(w for w in alive if w in self.ready and self.ready[w]["error"] is None)
            if able != group and elapsed < END_S:
                self.divide(run, group, able, elapsed)
                group = able
            waited_for = [w for w in self.shared & alive if not self.over(w)]
            if elapsed > END_S and (not waited_for or elapsed > END_S + REQUEST_TIMEOUT_S * 2 + OPENING_TIMEOUT_S + 5):
                self.write(run)

    def begin(self, run, planned, waited):
        """True once all workers are ready and the clock runs."""
        errors = [r["error"] for r in self.ready.values() if r["error"]]
        missing = planned - set(self.ready)
        if errors or waited > OPENING_TIMEOUT_S * 2 + 10:
            self.write(run, failure=errors[0] if errors else f"{len(missing)} of {len(planned)} workers did not get ready.")
            return False
        if missing or not planned:
            return False
        self.zero = now() + 1
        run["startedAt"] = iso_now()
        return True

    def divide(self, run, before, group, elapsed):
        """A second from now the shares are these, for all at once."""
        at = elapsed + 1 if before else 0
        if before:
            text = f"At second {at:.0f} the load was divided anew, among {len(group)} workers instead of {len(before)}."
            run["notices"].append(text)
            log.warning("%s", text)
        for index, worker in enumerate(group):
            self.shared.add(worker)
            self.to_worker("mcp_share", {"run": run["id"], "index": index, "of": len(group), "at": at, "elapsed": now() - self.zero}, worker)

    def on_ready(self, worker, data):
        if self.run and data["run"] == self.run["id"]:
            self.ready[worker] = data

    def on_account(self, worker, account):
        if not self.run or account["run"] != self.run["id"] or self.over(worker):
            return
        self.accounts[worker] = account
        for number, second in account["seconds"]:
            self.seconds[(number, worker)] = second

    def over(self, worker):
        return worker in self.accounts and self.accounts[worker]["state"] != "running"

    def stop(self, **_):
        """Locust was stopped: what was measured is kept."""
        if self.run and not self.run["written"]:
            self.run["stopped"] = True
            gevent.spawn(self.write_stopped, self.run)

    def write_stopped(self, run):
        deadline = now() + 5
        while now() < deadline and any(not self.over(w) for w in self.shared):
            gevent.sleep(0.1)
        self.write(run)

    def quit(self, **_):
        if self.run and not self.run["written"]:
            self.run["stopped"] = True
            self.write(self.run)

    def write(self, run, failure=None):
        if run["written"]:
            return
        run["written"] = True
        document = self.result(run, failure)
        file = self.environment.parsed_options.mcp_result
        os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
        with open(f"{file}.partial", "w", encoding="utf-8") as out:
            json.dump(document, out, separators=(",", ":"))
        os.replace(f"{file}.partial", file)
        for text in document["notices"]:
            log.warning("%s", text)
        log.info("Result (%s): %s", document["status"], file)
        if document["status"] != "complete":
            self.environment.process_exit_code = 1
        self.finished = True

    def result(self, run, failure):
        """The document; its shape is described in src/load/locust/result.ts of MCP Profiler."""
        lost = sorted(w for w in self.shared if self.lost(run, w))
        notices = list(run["notices"])
        for worker in lost:
            account = self.accounts.get(worker)
            if self.over(worker):
                notices.append(f"Partial: worker {worker} left at second {account['elapsed']:.0f}, before the end.")
                continue
            upto = f"after second {account['elapsed']:.0f}" if account else "from the start"
            notices.append(f"Partial: worker {worker} was lost. What it did {upto} is not in the figures.")
        status = "failed" if failure else "cancelled" if run["stopped"] else "partial" if lost else "complete"
        merged = {phase: [Tally() for _ in OPERATIONS] for phase in Run.phases}
        for account in self.accounts.values():
            for phase, tallies in account["tallies"].items():
                for tally, wire in zip(merged[phase], tallies):
                    tally.add(Tally(wire))
        elapsed = max((a["elapsed"] for a in self.accounts.values()), default=0)
        servers = [r["server"] for r in self.ready.values() if r["server"]]
        return {
            "format": "mcp-profiler-locust",
            "version": 1,
            "status": status,
            "failure": failure,
            "notices": notices,
            "startedAt": run["startedAt"] or iso_now(),
            "locust": locust.__version__,
            "python": ".".join(str(n) for n in sys.version_info[:3]),
            "server": {"target": PLAN["server"]["target"], "title": PLAN["server"]["name"], **(servers[0] if servers else {})},
            "options": OPTIONS,
            "workload": PLAN["workload"],
            "warmupS": min(WARMUP_S, elapsed),
            "measuredS": max(0, min(DURATION_S, elapsed - WARMUP_S)),
            "workers": [self.summary(run, worker) for worker in sorted(self.shared)],
            "operations": [
                {**operation, **{phase: merged[phase][i].wire() for phase in Run.phases}} for i, operation in enumerate(OPERATIONS)
            ],
            "seconds": self.series(),
        }

    def lost(self, run, worker):
        """Gone before the end: killed, or ended by itself while the others went on."""
        if not self.over(worker):
            return True
        return self.accounts[worker]["state"] == "cancelled" and not run["stopped"]

    def summary(self, run, worker):
        account = self.accounts.get(worker)
        known = {"worker": worker, "lost": self.lost(run, worker)}
        if account:
            known |= {name: account[name] for name in ("host", "elapsed", "completed", "inFlightSeconds", "utilization", "cpuS")}
            for phase in Run.phases:
                known[phase] = {name: sum(t[name] for t in account["tallies"][phase]) for name in Tally.counted}
        return known

    def series(self):
        """[second, due, sent, notSent, ok, failed, p50, p90, p99, max] of each; times in microseconds."""
        merged = {}
        for (number, _), second in self.seconds.items():
            counts, response = merged.setdefault(number, ([0] * 5, Histogram()))
            for i, name in enumerate(("due", "sent", "notSent", "ok", "failed")):
                counts[i] += second[name]
            response.add(second["response"])
        return [
            [number, *counts, *(response.value_at(p) for p in (50, 90, 99)), response.max if response.count else None]
            for number, (counts, response) in sorted(merged.items())
        ]


class Generator(User):
    """One for each worker, so that Locust's own run lasts as long as ours; requests are sent by `Run`."""

    @task
    def wait(self):
        gevent.sleep(3600)


class Shape(LoadTestShape):
    def tick(self):
        if master is None or master.finished:
            return None
        workers = max(1, len(master.workers()))
        return workers, workers

    def reset_time(self):
        super().reset_time()
        if master is not None:
            master.finished = False


master = None


@events.init_command_line_parser.add_listener
def add_arguments(parser):
    parser.add_argument("--mcp-result", env_var="MCP_RESULT", default="locust-result.json", help="File for the result, to be opened in MCP Profiler")
    parser.add_argument("--mcp-worker-results", env_var="MCP_WORKER_RESULTS", default="", help="Folder in which every worker leaves its own account")


@events.init.add_listener
def connect(environment, runner, **_):
    """Who speaks to whom: through Locust's messages, or directly when there is one process."""
    global master
    if isinstance(runner, WorkerRunner):
        worker = Worker(environment, runner.client_id, lambda kind, data: runner.send_message(kind, data))
        runner.register_message("mcp_plan", lambda environment, msg, **_: worker.plan(msg.data))
        runner.register_message("mcp_share", lambda environment, msg, **_: worker.share(msg.data))
        environment.events.report_to_master.add_listener(worker.report)
        environment.events.test_stopping.add_listener(worker.stop)
        return
    if isinstance(runner, MasterRunner):
        alive = lambda: {c.id: c.state != "ready" for c in runner.clients.all if c.state in ("ready", "spawning", "running")}
        master = Master(environment, alive, lambda kind, data, worker: runner.send_message(kind, data, worker))
        runner.register_message("mcp_ready", lambda environment, msg, **_: master.on_ready(msg.node_id, msg.data))
        runner.register_message("mcp_done", lambda environment, msg, **_: master.on_account(msg.node_id, msg.data))
        environment.events.worker_report.add_listener(lambda client_id, data: "mcp" in data and master.on_account(client_id, data["mcp"]))
    elif isinstance(runner, LocalRunner):
        handlers = {"mcp_ready": lambda data: master.on_ready("local", data), "mcp_done": lambda data: master.on_account("local", data)}
        worker = Worker(environment, "local", lambda kind, data: handlers[kind](data))
        kinds = {"mcp_plan": worker.plan, "mcp_share": worker.share}
        master = Master(environment, lambda: {"local": True}, lambda kind, data, _: kinds[kind](data))
        environment.events.test_stopping.add_listener(worker.stop)
    environment.events.test_start.add_listener(master.start)
    environment.events.test_stop.add_listener(master.stop)
    environment.events.quit.add_listener(master.quit)
