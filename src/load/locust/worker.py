class Schedule:
    """When arrival 0, 1, 2, ... of all workers together is due, in seconds after the start of the warm-up."""

    def __init__(self):
        self.rate = MODEL["perSecond"] if MODEL["kind"] == "rate" else MODEL["from"]
        self.growth = 0 if MODEL["kind"] == "rate" else (MODEL["to"] - MODEL["from"]) / DURATION_S
        self.before = self.rate * WARMUP_S
        self.total = self.first_from(END_S)

    def first_from(self, second):
        """The first arrival that is due at this second or later."""
        ramped = max(0, second - WARMUP_S)
        arrivals = self.rate * max(0, second) + self.growth * ramped * ramped / 2
        # a hair, so that rounding neither loses nor wins one
        return math.ceil(arrivals - 1e-6)

    def due(self, number):
        if number < self.before:
            return number / self.rate
        beyond = number - self.before
        if beyond <= 0:
            return WARMUP_S
        return WARMUP_S + 2 * beyond / (self.rate + math.sqrt(max(0, self.rate**2 + 2 * self.growth * beyond)))


class Share:
    """What is a worker's: every `of`-th number, and its part of what there are so many of."""

    def __init__(self, index, of):
        self.index = index
        self.of = of

    def first_from(self, number):
        return number + (self.index - number) % self.of

    def part(self, whole):
        return whole // self.of + (1 if self.index < whole % self.of else 0)


class Worker:
    """Does what the master says; one run at a time."""

    def __init__(self, environment, name, to_master):
        self.environment = environment
        self.name = name
        self.to_master = to_master
        self.run = None

    def plan(self, data):
        if self.run:
            self.run.cancel()
        self.run = Run(self, data["run"])
        gevent.spawn(self.run.prepare)

    def share(self, data):
        if self.run and self.run.id == data["run"]:
            self.run.divide(Share(data["index"], data["of"]), data["at"], data["elapsed"])

    def report(self, client_id, data):
        """Goes with Locust's own report, every 3 s."""
        if self.run and self.run.zero is not None:
            data["mcp"] = self.run.account()

    def stop(self, **_):
        if self.run:
            self.run.cancel()


class Run:
    """A worker's part of one load test, and the account of it."""

    phases = ("warmup", "measure")

    def __init__(self, worker, run_id):
        self.worker = worker
        self.id = run_id
        # on this process's clock, when the warm-up starts
        self.zero = None
        # [second from which it holds, share], the one that holds now first
        self.shares = []
        self.tallies = {phase: [Tally() for _ in OPERATIONS] for phase in self.phases}
        self.pending = {phase: [0] * len(OPERATIONS) for phase in self.phases}
        self.in_flight = 0
        # answered well within the measured window, whenever it was due
        self.completed = 0
        # of that window: in flight times seconds, and until when it is counted
        self.area = 0.0
        self.counted = 0.0
        self.seconds = {}
        self.sessions = []
        self.turn = 0
        self.callers = 0
        self.next_call = 0
        self.work = gevent.pool.Group()
        self.state = "running"
        self.cpu_s = self.utilization = None

    def prepare(self):
        """Opens the first session and tells the master how that went."""
        ready = {"run": self.id, "server": None, "error": None}
        try:
            self.requests = Requests()
            headers = from_environment(PLAN["server"]["headers"])
            self.endpoint = Endpoint(from_environment(PLAN["server"]["url"]), headers, OPTIONS["sockets"])
            self.sessions = [Session(self.endpoint)]
            self.sessions[0].open()
            ready["server"] = self.sessions[0].facts()
        except Problem as problem:
            ready["error"] = str(problem)
        self.worker.to_master("mcp_ready", ready)

    def divide(self, share, at, elapsed):
        """From second `at` on the share is this one; `elapsed` is the second now, below 0 before the start."""
        if self.state != "running":
            return
        self.shares.append((at, share))
        self.endpoint.limit(share.part(OPTIONS["sockets"]))
        while len(self.sessions) < share.part(OPTIONS["sessions"]):
            self.sessions.append(Session(self.endpoint))
        if MODEL["kind"] == "closed":
            self.work.spawn(self.call_from, at, share)
        if self.zero is None:
            self.zero = now() - elapsed
            if MODEL["kind"] != "closed":
                self.work.spawn(self.generate)
            gevent.spawn(self.watch)
        for session in self.sessions:
            self.mend(session)

    def elapsed(self):
        return now() - self.zero

    def generate(self):
        """Open arrivals by the absolute schedule: what is late is sent at once."""
        schedule = Schedule()
        number = schedule.first_from(self.shares[0][0])
        while number < schedule.total:
            begins = schedule.first_from(self.shares[1][0]) if len(self.shares) > 1 else schedule.total
            mine = self.shares[0][1].first_from(number)
            if mine >= begins:
                number = max(number, begins)
                if len(self.shares) > 1:
                    self.shares.pop(0)
                continue
            due = schedule.due(mine)
            wait = self.zero + due - now()
            if wait > 0:
                # another share may come meanwhile
                gevent.sleep(min(wait, 0.2))
                continue
            self.arrive(mine, due)
            number = mine + 1

    def arrive(self, number, due):
        operation, *request = self.requests.draw(number)
        phase = self.phase(due)
        tally, second = self.tallies[phase][operation], self.second(due)
        tally.due += 1
        second["due"] += 1
        session = self.next_session()
        if session is None or self.in_flight >= max(1, self.shares[0][1].part(OPTIONS["maxInFlight"])):
            tally.notSent += 1
            tally.fail("not_sent")
            second["notSent"] += 1
            second["failed"] += 1
            return
        self.begin(phase, operation, second, due)
        self.work.spawn(self.send, session, phase, operation, request, self.zero + due)

    def call_from(self, at, share):
        """Closed: so many callers from this second on."""
        gevent.sleep(max(0, at - self.elapsed()))
        self.shares = [(at, share)]
        while self.callers < share.part(MODEL["concurrency"]):
            self.callers += 1
            self.work.spawn(self.call_again, self.callers)

    def call_again(self, caller):
        """One caller: waits for its answer, thinks, calls again."""
        while self.elapsed() < END_S and caller <= self.shares[0][1].part(MODEL["concurrency"]):
            number = self.shares[0][1].first_from(self.next_call)
            self.next_call = number + 1
            operation, *request = self.requests.draw(number)
            due = self.elapsed()
            session = self.next_session()
            if session is None:
                gevent.sleep(0.05)
                continue
            phase, second = self.phase(due), self.second(due)
            self.tallies[phase][operation].due += 1
            second["due"] += 1
            self.begin(phase, operation, second, due)
            self.send(session, phase, operation, request, self.zero + due)
            gevent.sleep(MODEL["thinkMs"] / 1000)
        self.callers -= 1

    def begin(self, phase, operation, second, due):
        self.tallies[phase][operation].sent += 1
        second["sent"] += 1
        self.change_in_flight(1)
        # it has waited since it was due
        self.area += max(0.0, self.counted - max(WARMUP_S, due))
        self.pending[phase][operation] += 1

    def send(self, session, phase, operation, request, due):
        """One request, and the account of its end. `due` is on this process's clock."""
        method, name, params = request
        answer = session.ask(method, name, params, REQUEST_TIMEOUT_S)
        if self.state == "cancelled":
            return
        self.change_in_flight(-1)
        self.pending[phase][operation] -= 1
        tally, second = self.tallies[phase][operation], self.second(answer.end - self.zero)
        if answer.error == "not_sent":
            # it waited for a socket all its time
            tally.sent -= 1
            tally.notSent += 1
        if answer.written is not None:
            tally.lag.record(answer.written - due)
        tally.bytes += answer.bytes
        if answer.error:
            tally.fail(answer.error)
            second["failed"] += 1
            self.mend(session)
        else:
            tally.ok += 1
            tally.response.record(answer.end - due)
            tally.service.record(answer.end - answer.written)
            self.completed += WARMUP_S <= answer.end - self.zero <= END_S
            second["ok"] += 1
            second["response"].record(answer.end - due)
        self.worker.environment.events.request.fire(
            request_type=method,
            name=OPERATIONS[operation]["name"],
            response_time=(answer.end - due) * 1000,
            response_length=answer.bytes,
            exception=RuntimeError(answer.error) if answer.error else None,
            context={},
        )

    def change_in_flight(self, by):
        at = min(END_S, self.elapsed())
        self.area += self.in_flight * max(0.0, at - max(WARMUP_S, self.counted))
        self.counted = at
        self.in_flight += by

    def next_session(self):
        """In turn; None when none is open."""
        for _ in self.sessions:
            self.turn = (self.turn + 1) % len(self.sessions)
            if not self.sessions[self.turn].lost:
                return self.sessions[self.turn]
        return None

    def mend(self, session):
        """Opens a session that is not, or no longer, open; tries again each second."""
        if session.lost and not session.opening_now:
            session.opening_now = True
            self.work.spawn(self.reopen, session)

    def reopen(self, session):
        try:
            while session.lost and self.elapsed() < END_S:
                try:
                    session.open()
                except Problem as problem:
                    log.warning("%s", problem)
                    gevent.sleep(1)
        finally:
            session.opening_now = False

    def watch(self):
        """Ends the run: after the last second, when all is answered."""
        gevent.sleep(max(0, WARMUP_S - self.elapsed()))
        cpu, since = time.process_time(), now()
        gevent.sleep(max(0, END_S - self.elapsed()))
        self.change_in_flight(0)
        self.cpu_s = time.process_time() - cpu
        self.utilization = self.cpu_s / (now() - since)
        self.work.join(REQUEST_TIMEOUT_S * 2 + OPENING_TIMEOUT_S)
        self.end("done")

    def cancel(self):
        if self.state == "running":
            self.end("cancelled")

    def end(self, state):
        if self.state != "running":
            return
        self.state = state
        for phase in self.phases:
            for tally, count in zip(self.tallies[phase], self.pending[phase]):
                if state == "cancelled":
                    tally.unfinished += count
                else:
                    tally.fail("cancelled", count)
        self.work.kill(block=False)
        if self.zero is None:
            return
        account = self.account()
        self.worker.to_master("mcp_done", account)
        folder = self.worker.environment.parsed_options.mcp_worker_results
        if folder:
            with open(os.path.join(folder, f"{self.worker.name}.json"), "w", encoding="utf-8") as file:
                json.dump(account, file)
        gevent.spawn(self.close)

    def close(self):
        for session in self.sessions:
            session.close()
        self.endpoint.close()

    def phase(self, due):
        return "warmup" if due < WARMUP_S else "measure"

    def second(self, at):
        number = max(0, int(at))
        if number not in self.seconds:
            self.seconds[number] = {"due": 0, "sent": 0, "notSent": 0, "ok": 0, "failed": 0, "response": Histogram()}
        return self.seconds[number]

    def account(self):
        """All so far, so that a report that was lost costs nothing; the seconds of the last 15 s."""
        elapsed = self.elapsed()
        return {
            "run": self.id,
            "worker": self.worker.name,
            "host": socket.gethostname(),
            "elapsed": elapsed,
            "state": self.state,
            "inFlight": self.in_flight,
            "completed": self.completed,
            "inFlightSeconds": self.area,
            "utilization": self.utilization,
            "cpuS": self.cpu_s,
            "tallies": {phase: [t.wire() for t in tallies] for phase, tallies in self.tallies.items()},
            "seconds": [
                [number, {**second, "response": second["response"].sparse()}]
                for number, second in sorted(self.seconds.items())
                if number >= elapsed - 15
            ],
        }
