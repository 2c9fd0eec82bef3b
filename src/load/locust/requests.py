TEXT_WORDS = (
    "a the of and to in is on for with at by one two new old river city book stone light paper garden winter "
    "music history number question answer letter station market window memory silver mountain"
).split()


class Draw:
    """What the templates of one request draw from: the same seed and number give the same values on any worker."""

    def __init__(self, requests, number):
        self.data = requests.data
        self.turns = requests.turns
        self.count = requests.count
        self.random = random.Random((OPTIONS["seed"] << 64) | number)
        self.rows = {}

    def row(self, name):
        if name not in self.rows:
            rows = self.data[name]["rows"]
            in_turn = self.data[name]["order"] == "sequential"
            self.rows[name] = rows[(self.turns[name] - 1) % len(rows)] if in_turn else self.random.choice(rows)
        return self.rows[name]


class Requests:
    """The mix of the workload. Requests are numbered over all workers; each worker goes through all numbers, so that
    the order of the mix, rows in sequence and counters are those of one sequence however many share it."""

    def __init__(self):
        workload = from_environment(PLAN["workload"])
        generated = from_environment(PLAN["generated"])
        self.data = workload["data"]
        self.turns = dict.fromkeys(self.data, 0)
        self.count = 0
        self.number = 0
        self.which = 0
        self.mix = []
        total = sum(r["weight"] for r in workload["mix"])
        for i, request in enumerate(workload["mix"]):
            self.used, self.counts = set(), False
            render = self.reader(request, generated.get(str(i)))
            self.mix.append((request["weight"] / total, PLAN["operationOf"][i], render, self.used, self.counts))
        self.behind = [0.0] * len(self.mix)

    def step(self):
        """Always the one that is furthest behind its share (smooth weighted round robin)."""
        chosen, most = 0, -math.inf
        for i, (share, *_) in enumerate(self.mix):
            self.behind[i] += share
            if self.behind[i] > most + 1e-9:
                chosen, most = i, self.behind[i]
        self.behind[chosen] -= 1
        self.number += 1
        self.which = chosen
        _, _, _, used, counts = self.mix[chosen]
        for name in used:
            self.turns[name] += 1
        self.count += counts

    def draw(self, number):
        """(operation, method, name, params) of the request with this number, 0 or more; numbers must rise."""
        while self.number <= number:
            self.step()
        _, operation, render, _, _ = self.mix[self.which]
        return (operation, *render(Draw(self, number)))

    def reader(self, request, generated):
        if "resource" in request:
            uri = self.value(request["resource"])

            def read(draw):
                name = as_text(uri(draw))
                return "resources/read", name, {"uri": name}

            return read
        method, name = ("tools/call", request["tool"]) if "tool" in request else ("prompts/get", request["prompt"])
        if generated is not None:
            return lambda draw: (method, name, {"name": name, "arguments": draw.random.choice(generated)})
        arguments = self.value(request["arguments"])
        return lambda draw: (method, name, {"name": name, "arguments": arguments(draw)})

    def value(self, value):
        """A function of a Draw that gives the value with its templates filled in."""
        if isinstance(value, list):
            members = [self.value(v) for v in value]
            return lambda draw: [member(draw) for member in members]
        if isinstance(value, dict):
            named = {key: self.value(v) for key, v in value.items()}
            return lambda draw: {key: member(draw) for key, member in named.items()}
        if not isinstance(value, str) or "{{" not in value:
            return lambda draw: value
        parts = self.parts(value)
        if len(parts) == 1:
            only = parts[0]
            return only if callable(only) else lambda draw: only
        return lambda draw: "".join(as_text(part(draw)) if callable(part) else part for part in parts)

    def parts(self, text):
        r"""Text as it stands, and functions of a Draw for {{...}}; \{{ stands for the braces themselves."""
        found, literal, at = [], "", 0
        for match in re.finditer(r"\\\{\{|\{\{(.*?)\}\}", text, re.DOTALL):
            if match.start() < at:
                continue
            literal += text[at : match.start()]
            at = match.end()
            if match[1] is None:
                literal += "{{"
                continue
            if literal:
                found.append(literal)
            literal = ""
            found.append(self.template(match[1].strip()))
        literal += text[at:]
        return [*found, literal] if literal or not found else found

    def template(self, source):
        words = [(m[0], m[1] if m[1] is not None else m[2]) for m in re.finditer(r""""([^"]*)"|'([^']*)'|[^\s"']\S*""", source)]
        name, *args = [text if quoted is None else quoted for text, quoted in words]
        if name == "int":
            low, high = (int(float(a)) for a in args)
            return lambda draw: draw.random.randint(low, high)
        if name == "float":
            low, high = (float(a) for a in args)
            return lambda draw: low + draw.random.random() * (high - low)
        if name == "pick":
            values = [typed(text) if quoted is None else quoted for text, quoted in words[1:]]
            return lambda draw: draw.random.choice(values)
        if name == "text":
            length = int(float(args[0]))
            return lambda draw: some_text(draw.random, length)
        if name == "uuid":
            return lambda draw: str(uuid.UUID(int=draw.random.getrandbits(128), version=4))
        if name == "counter":
            self.counts = True
            return lambda draw: draw.count
        if name == "now":
            return lambda draw: iso_now()
        name, *path = name.split(".")
        self.used.add(name)
        return lambda draw: follow(draw.row(name), path)


def follow(value, path):
    """The member at the path, None where there is none. A text in between is read as JSON."""
    for key in path:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def typed(text):
    return json.loads(text) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?|true|false|null", text) else text


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def some_text(rng, length):
    """Words with spaces between them, of exactly so many characters; starts and ends with a letter."""
    words, size = [], 0
    while size < length:
        words.append(rng.choice(TEXT_WORDS))
        size += len(words[-1]) + 1
    text = " ".join(words)[:length].ljust(length)
    return text[:-1] + "s" if text.endswith(" ") else text


def iso_now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
