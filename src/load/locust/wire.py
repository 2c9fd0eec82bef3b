class Deadline(gevent.Timeout):
    pass


class Answer:
    """How a request ended; `error` is None when it was answered well. Times of this process's clock."""

    def __init__(self):
        self.error = None
        self.message = None
        self.headers = {}
        self.status = None
        self.bytes = 0
        # some of the answer has come, more than its head
        self.begun = False
        self.written = None
        self.end = None


class Endpoint:
    """The sockets to the server: as many as may be open, kept alive between requests."""

    idle_s = 4.0

    def __init__(self, url, headers, sockets):
        self.parts = urllib.parse.urlsplit(url)
        self.path = urllib.parse.urlunsplit(("", "", self.parts.path or "/", self.parts.query, ""))
        self.port = self.parts.port or (443 if self.parts.scheme == "https" else 80)
        self.tls = ssl.create_default_context() if self.parts.scheme == "https" else None
        self.limit(sockets)
        self.idle = []
        if self.parts.username is not None:
            user = f"{urllib.parse.unquote(self.parts.username)}:{urllib.parse.unquote(self.parts.password or '')}"
            headers = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}", **headers}
        host = self.parts.netloc.rpartition("@")[2]
        self.fixed = "".join(f"{name}: {value}\r\n" for name, value in {"Host": host, **headers}.items())

    def limit(self, sockets):
        self.free = gevent.lock.BoundedSemaphore(max(1, sockets))

    def exchange(self, verb, headers, body, timeout_s, read):
        """One HTTP request; `read(response, answer)` takes what comes back."""
        answer = Answer()
        named = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{verb} {self.path} HTTP/1.1\r\n{self.fixed}{named}Content-Length: {len(body)}\r\n\r\n"
        free, sock, keep = self.free, None, False
        if not free.acquire(timeout=timeout_s):
            answer.error, answer.end = "not_sent", now()
            return answer
        try:
            sock = self.open(answer, timeout_s)
            if sock is not None:
                with Deadline(timeout_s):
                    keep = self.talk(sock, head.encode("latin-1") + body, answer, read)
        except Deadline:
            if answer.end is None:
                answer.error = "timeout_mid_stream" if answer.begun else "timeout_no_bytes"
        finally:
            free.release()
            answer.end = answer.end or now()
            if keep:
                self.idle.append((sock, now()))
            elif sock is not None:
                sock.close()
        return answer

    def open(self, answer, timeout_s):
        while self.idle:
            sock, since = self.idle.pop()
            if now() - since < self.idle_s and still_open(sock):
                return sock
            sock.close()
        sock = None
        try:
            sock = socket.create_connection((self.parts.hostname, self.port), timeout=timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_hostname=self.parts.hostname)
            sock.settimeout(None)
            return sock
        except OSError as error:
            answer.error = "tls" if isinstance(error, ssl.SSLError) else "connect"
            if sock is not None:
                sock.close()
            return None

    def talk(self, sock, data, answer, read):
        """True when the socket can be used again."""
        try:
            sock.sendall(data)
        except OSError:
            answer.error = "write_epipe"
            return False
        answer.written = now()
        try:
            response = http.client.HTTPResponse(sock, method="POST")
            response.begin()
            answer.status = response.status
            answer.headers = response.headers
            read(response, answer)
            answer.end = answer.end or now()
            return drained(response) and not response.will_close
        except (http.client.IncompleteRead, ConnectionError):
            error = "stream_ended_no_response"
        except (http.client.HTTPException, ValueError):
            error = "parse"
        except OSError:
            error = "stream_ended_no_response"
        if answer.end is None:
            answer.error = error
        return False

    def close(self):
        for sock, _ in self.idle:
            sock.close()
        self.idle.clear()


def still_open(sock):
    """False when the server has closed its end, or said something that nobody asked for."""
    sock.settimeout(0.0)
    try:
        sock.recv(1, socket.MSG_PEEK)
        return False
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except (OSError, ValueError):
        # TLS sockets cannot be peeked into
        return isinstance(sock, ssl.SSLSocket)
    finally:
        sock.settimeout(None)


def drained(response):
    """Reads what is left after the answer, a second at most, so that the socket can be used again."""
    if response.isclosed():
        return not response.length
    with gevent.Timeout(1, False):
        while response.read1(65536):
            pass
        return True
    return False


def body_of(response, answer):
    body = bytearray()
    while chunk := response.read1(65536):
        answer.begun = True
        answer.bytes += len(chunk)
        body += chunk
    if response.length:
        raise http.client.IncompleteRead(bytes(body), response.length)
    return bytes(body)


def stream_events(response, answer):
    """Data of each server-sent event, as it comes."""
    lines, held = [], []
    while chunk := response.read1(65536):
        answer.bytes += len(chunk)
        answer.begun = answer.begun or not chunk.startswith(b":")
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = b"".join([*held, whole[0]])
            held = []
        held.append(rest)
        for line in whole:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                lines.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line and any(lines):
                yield b"\n".join(lines)
                lines = []


class Session:
    """One MCP session over Streamable HTTP, of either era."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.opening = PLAN["wire"]["opening"]
        self.modern = OPTIONS["protocol"] == "modern"
        self.ids = itertools.count(1)
        self.headers = {}
        self.lost = True
        self.opening_now = False
        self.server = {}

    def open(self):
        """Raises Problem when the server does not answer as it should."""
        self.headers = {}
        answer = self.ask(self.opening["method"], None, self.opening["params"], OPENING_TIMEOUT_S)
        if answer.error:
            status = f" (HTTP {answer.status})" if answer.status else ""
            raise Problem(f"The server did not answer {self.opening['method']}: {answer.error}{status}.")
        self.server = answer.message["result"]
        if not self.modern:
            version = self.server.get("protocolVersion", "")
            self.headers = {"MCP-Protocol-Version": version}
            if answer.headers.get("mcp-session-id"):
                self.headers["Mcp-Session-Id"] = answer.headers["mcp-session-id"]
            self.tell(self.opening["thenNotify"].encode())
        self.lost = False

    def facts(self):
        info = self.server.get("serverInfo") or self.server.get("_meta", {}).get("io.modelcontextprotocol/serverInfo") or {}
        version = PLAN["wire"]["modernVersion"] if self.modern else self.server.get("protocolVersion")
        return {"name": info.get("name"), "version": info.get("version"), "protocolVersion": version}

    def close(self):
        if "Mcp-Session-Id" in self.headers:
            self.endpoint.exchange("DELETE", self.headers, b"", 5, lambda response, answer: response.read())

    def ask(self, method, name, params, timeout_s):
        request_id = next(self.ids)
        headers = dict(self.headers)
        if self.modern:
            params = {**params, "_meta": PLAN["wire"]["meta"]}
            headers = {"MCP-Protocol-Version": PLAN["wire"]["modernVersion"], "Mcp-Method": method}
            if name is not None:
                headers["Mcp-Name"] = header_text(name)
        body = as_json({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        answer = self.post(headers, body, timeout_s, lambda response, answer: self.read(response, answer, request_id))
        if answer.error == "session_404":
            self.lost = True
        return answer

    def tell(self, body):
        self.post(self.headers, body, OPENING_TIMEOUT_S, lambda response, answer: response.read())

    def post(self, headers, body, timeout_s, read):
        fixed = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        return self.endpoint.exchange("POST", {**fixed, **headers}, body, timeout_s, read)

    def read(self, response, answer, request_id):
        kind = response.headers.get_content_type() if response.headers.get("content-type") else ""
        odd = None
        if response.status >= 300:
            odd = self.failure(response, answer, request_id)
        elif kind == "application/json":
            body = body_of(response, answer)
            odd = self.judge(body, answer, request_id, True) if body else None
        elif kind == "text/event-stream":
            for data in stream_events(response, answer):
                odd = self.judge(data, answer, request_id, False) or odd
                if answer.end is not None:
                    return
        elif body_of(response, answer) or kind:
            odd = "bad_content_type"
        if answer.end is None:
            answer.error = odd or "stream_ended_no_response"

    def failure(self, response, answer, request_id):
        gone = response.status == 404 and "Mcp-Session-Id" in self.headers
        body = body_of(response, answer)
        if 400 <= response.status < 500:
            self.judge(body, answer, request_id, not gone)
            if answer.end is not None and (answer.error or "").startswith("jsonrpc"):
                return None
        answer.end = None
        return "session_404" if gone else f"http_{response.status // 100}xx"

    def judge(self, text, answer, request_id, lone):
        """Ends the answer when the text has it; otherwise what is odd about the text, if anything.

        `lone`: the text can answer no other request."""
        end, odd = now(), None
        messages = parsed(text)
        for message in messages if isinstance(messages, list) and messages else [messages]:
            if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
                odd = odd or "parse"
            elif isinstance(message.get("method"), str):
                if "id" in message:
                    gevent.spawn(self.reply, message)
            elif "result" not in message and "error" not in message:
                odd = odd or "parse"
            elif message.get("id") == request_id or (lone and message.get("id") is None and "error" in message):
                answer.error, answer.message, answer.end = error_of(message), message, end
                return None
            else:
                odd = odd or "unexpected_id"
        return odd

    def reply(self, message):
        """Fixed answers to what the server asks of its client, as nobody is there to ask."""
        result = PLAN["wire"]["answers"].get(message["method"])
        body = {"jsonrpc": "2.0", "id": message["id"]}
        body |= {"result": result} if result is not None else {"error": {"code": -32601, "message": "Method not found"}}
        self.tell(as_json(body))


def error_of(message):
    """Class of the error of an answer; None for a good result."""
    if "error" in message:
        code = message["error"].get("code") if isinstance(message["error"], dict) else None
        return f"jsonrpc({code})" if isinstance(code, int) else "parse"
    if not isinstance(message["result"], dict):
        return "parse"
    return "tool_isError" if message["result"].get("isError") is True else None


def parsed(data):
    try:
        return json.loads(data)
    except ValueError:
        return None


def as_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def header_text(value):
    """Visible ASCII as it is; the rest in the Base64 form of the specification."""
    if re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", value) and not value.startswith("=?base64?"):
        return value
    return f"=?base64?{base64.b64encode(value.encode()).decode()}?="
