HIGHEST_US = 3_600_000_000


class Histogram:
    """Durations in whole microseconds, in the buckets of HdrHistogram with three significant digits.

    2,048 buckets of 1 us, then 1,024 for each doubling. `sparse()` is empty, or min, max, sum, then index, count, ...
    """

    def __init__(self, sparse=()):
        self.counts = {}
        self.count = self.sum = self.max = 0
        self.min = HIGHEST_US
        self.add(sparse)

    def record(self, seconds):
        us = min(HIGHEST_US, max(0, int(seconds * 1e6 + 0.5)))
        shift = us.bit_length() - 11
        index = us if shift <= 0 else (shift << 10) + (us >> shift)
        self.counts[index] = self.counts.get(index, 0) + 1
        self.count += 1
        self.sum += us
        self.min = min(self.min, us)
        self.max = max(self.max, us)

    def add(self, sparse):
        if not sparse:
            return
        self.min = min(self.min, sparse[0])
        self.max = max(self.max, sparse[1])
        self.sum += sparse[2]
        for index, count in zip(sparse[3::2], sparse[4::2]):
            self.counts[index] = self.counts.get(index, 0) + count
            self.count += count

    def sparse(self):
        if self.count == 0:
            return []
        return [self.min, self.max, self.sum, *(n for pair in sorted(self.counts.items()) for n in pair)]

    def value_at(self, percent):
        """Nearest rank, as the highest value of its bucket; None of nothing."""
        below = 0
        for index, count in sorted(self.counts.items()):
            below += count
            if below >= max(1, math.ceil(percent * self.count / 100)):
                shift = (index >> 10) - 1
                highest = index if shift <= 0 else (((1024 + (index & 1023)) + 1) << shift) - 1
                return min(self.max, highest)
        return None


class Tally:
    """What happened to the requests of one operation in one phase. Times in microseconds, sizes in bytes."""

    # unfinished: open when Locust was stopped, neither answered nor failed
    counted = ("due", "sent", "notSent", "unfinished", "ok", "bytes")

    def __init__(self, wire=None):
        wire = wire or {}
        self.due = wire.get("due", 0)
        self.sent = wire.get("sent", 0)
        self.notSent = wire.get("notSent", 0)
        self.unfinished = wire.get("unfinished", 0)
        self.ok = wire.get("ok", 0)
        self.bytes = wire.get("bytes", 0)
        self.errors = dict(wire.get("errors", {}))
        self.response = Histogram(wire.get("response", ()))
        self.service = Histogram(wire.get("service", ()))
        self.lag = Histogram(wire.get("lag", ()))

    def fail(self, error_class, count=1):
        if count:
            self.errors[error_class] = self.errors.get(error_class, 0) + count

    def add(self, other):
        for name in self.counted:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for error_class, count in other.errors.items():
            self.fail(error_class, count)
        for name in ("response", "service", "lag"):
            getattr(self, name).add(getattr(other, name).sparse())

    def wire(self):
        return {
            **{name: getattr(self, name) for name in self.counted},
            "errors": self.errors,
            "response": self.response.sparse(),
            "service": self.service.sparse(),
            "lag": self.lag.sparse(),
        }
