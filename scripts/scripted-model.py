#!/usr/bin/env python3
"""A model server on loopback that plays a recorded ticket: OpenAI chat, OpenAI responses and
Anthropic messages, streamed or whole.

    scripted-model.py RECORDING PORTFILE

Phase and criterion are read from the prompt that redgreen wrote; the turn is the number of tool
results since then, so a repeated request gets the same answer. Each piece of work is three turns:
look around, write what the recording has for it, say that it is done. Tool names and the shape of
their arguments come from the tools that the agent offers.

    GET /__stats      what was asked so far
    POST /__reset     forgets it
"""
import gzip
import json
import os
import re
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()
ASKED = []
SUBMIT = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"
PHASE = re.compile(r"\b(RED|GREEN|REFACTOR|VERIFY|DOCUMENT): ")
CRITERION = re.compile(r"Criteria of this slice:\s*- AC-(\d+)")


def load(path):
    """{(phase, slice): [(path, text)]}, and the texts that were there before."""
    with open(path, encoding="utf-8") as file:
        steps = json.load(file)["steps"]
    return {(step["phase"], step["slice"]): step["edits"] for step in steps if step["attempt"] == 1}


# ---- what was asked -------------------------------------------------------------------------


def words(content):
    """The text of a message's content, whatever its dialect."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text", "") for part in parts if isinstance(part, dict)]
    return "\n".join(text for text in texts if isinstance(text, str))


def turns(body, path):
    """(last prompt of redgreen, number of tool results behind it)."""
    prompt, results = "", 0
    for item in body.get("input" if path.endswith("/responses") else "messages") or []:
        if not isinstance(item, dict):
            continue
        content = item.get("content")
        blocks = content if isinstance(content, list) else []
        told = sum(1 for block in blocks if isinstance(block, dict) and block.get("type") == "tool_result")
        if str(item.get("type", "")).endswith("_call_output") or item.get("role") == "tool":
            told += 1
        text = words(content) if item.get("role") == "user" else ""
        if not told and PHASE.search(text) and CRITERION.search(text):
            prompt, results = text, 0
        else:
            results += told
    return prompt, results


def offered(body):
    """{name: (is_custom, properties)}."""
    found = {}
    for tool in body.get("tools") or []:
        inner = tool.get("function", tool)
        schema = inner.get("parameters") or inner.get("input_schema") or {}
        if "name" in inner:
            found[inner["name"]] = (tool.get("type") == "custom", schema.get("properties") or {})
    return found


# ---- what is answered -----------------------------------------------------------------------


def pick(tools, *names):
    return next((known for name in names for known in tools if known.lower() == name), None)


def shell(tools, line):
    name = pick(tools, "bash", "shell_command", "exec_command", "shell", "local_shell", "terminal")
    if name is None:
        return None
    is_custom, known = tools[name]
    if is_custom:
        return name, line
    key = "cmd" if "cmd" in known else "command"
    is_list = known.get(key, {}).get("type") == "array"
    args = {key: ["bash", "-lc", line] if is_list else line}
    if "description" in known:
        args["description"] = "runs a command"
    return name, args


def fill(known, **wanted):
    """The arguments that the schema `known` has, by any of their usual names."""
    names = {
        "path": ("file_path", "filePath", "path", "absolute_path"),
        "text": ("content", "file_text", "text"),
    }
    return {name: value for key, value in wanted.items() for name in names[key] if name in known}


def patch(path, before, text):
    lines = "".join(f"+{line}\n" for line in text.splitlines())
    if before is None:
        return f"*** Begin Patch\n*** Add File: {path}\n{lines}*** End Patch"
    gone = "".join(f"-{line}\n" for line in before.splitlines())
    return f"*** Begin Patch\n*** Update File: {path}\n@@\n{gone}{lines}*** End Patch"


def write(tools, root, path, before, text):
    """The call that leaves `text` in the file at `path`."""
    whole = os.path.join(root, path) if root else path
    name = pick(tools, "apply_patch")
    if name:
        is_custom, known = tools[name]
        key = next((key for key in ("input", "patchText", "patch") if key in known), "input")
        body = patch(path, before, text)
        return name, body if is_custom else {key: body}
    name = pick(tools, "write", "write_file", "create")
    if name:
        return name, fill(tools[name][1], path=whole, text=text)
    if pick(tools, "exec_command", "shell_command"):
        return shell(tools, "apply_patch <<'EOF'\n" + patch(path, before, text) + "\nEOF")
    return shell(tools, f"mkdir -p {os.path.dirname(path)} && cat > {path} <<'EOF'\n{text}EOF")


def root_of(body):
    """The worktree, as the agent itself names it in its prompt; some tools want whole paths."""
    text = json.dumps(body)
    found = re.search(r"(?:[Ww]orking directory|cwd|Current directory)[^/]{0,40}(/[^\s\\\"<]+)", text)
    return found.group(1).rstrip(".") if found else ""


class Play:
    """One recording, and what it answers."""

    def __init__(self, recording):
        self.steps = load(recording)

    def before(self, phase, piece, path):
        """The text of `path` before the step: that of the last step that wrote it."""
        text = None
        for (kind, number), edits in self.steps.items():
            if (kind, number) == (phase, piece):
                return text
            for edit in edits:
                if edit["path"] == path:
                    text = edit["text"]
        return text

    def answer(self, body, path):
        """("text", words) or ("call", tool, arguments)."""
        tools = offered(body)
        if not tools:
            return ("text", "Discounts")
        prompt, turn = turns(body, path)
        phase = PHASE.findall(prompt)[-1].lower() if prompt else ""
        piece = int(CRITERION.findall(prompt)[-1]) - 1 if prompt else 0
        edits = self.steps.get((phase, piece), [])
        call = None
        if turn == 0:
            call = shell(tools, "ls")
        elif turn == 1 and edits:
            edit = edits[0]
            known = self.before(phase, piece, edit["path"])
            if known is None and edit["path"] == "src/lib.rs":
                known = ORIGINAL
            call = write(tools, root_of(body), edit["path"], known, edit["text"])
        if call:
            return ("call", *call)
        done = f"{phase}: done as the recording has it."
        if set(tools) == {"bash"}:
            return ("call", *shell(tools, SUBMIT))
        return ("text", done)


ORIGINAL = None


# ---- how it is said -------------------------------------------------------------------------


def chat(body, act, size):
    base = {"id": "chatcmpl-1", "created": 1700000000, "model": body.get("model", "scripted")}
    usage = {"prompt_tokens": size, "completion_tokens": 40, "total_tokens": size + 40,
             "prompt_tokens_details": {"cached_tokens": size // 2}}
    if act[0] == "text":
        message, end = {"role": "assistant", "content": act[1]}, "stop"
    else:
        call = {"name": act[1], "arguments": json.dumps(act[2])}
        calls = [{"index": 0, "id": f"call_{size}", "type": "function", "function": call}]
        message, end = {"role": "assistant", "content": "Next step.", "tool_calls": calls}, "tool_calls"
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": end}
        return {**base, "object": "chat.completion", "choices": [choice], "usage": usage}
    chunk = {**base, "object": "chat.completion.chunk"}
    return [{**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
            {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": end}]},
            {**chunk, "choices": [], "usage": usage}, "[DONE]"]


def responses(body, act, size):
    if act[0] == "text":
        part = {"type": "output_text", "text": act[1], "annotations": []}
        item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    elif isinstance(act[2], str):
        item = {"id": "ctc_1", "type": "custom_tool_call", "status": "completed",
                "call_id": f"call_{size}", "name": act[1], "input": act[2]}
    else:
        item = {"id": "fc_1", "type": "function_call", "status": "completed",
                "call_id": f"call_{size}", "name": act[1], "arguments": json.dumps(act[2])}
    usage = {"input_tokens": size, "input_tokens_details": {"cached_tokens": size // 2},
             "output_tokens": 40, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": size + 40}
    whole = {"id": "resp_1", "object": "response", "created_at": 1700000000, "status": "completed",
             "model": body.get("model", "scripted"), "output": [item], "usage": usage}
    if not body.get("stream"):
        return whole
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    return [{"type": "response.created", "sequence_number": 0, "response": begun},
            {"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": item},
            {"type": "response.output_item.done", "sequence_number": 2, "output_index": 0, "item": item},
            {"type": "response.completed", "sequence_number": 3, "response": whole}]


def messages(body, act, size):
    usage = {"input_tokens": size // 2, "cache_creation_input_tokens": 0,
             "cache_read_input_tokens": size // 2, "output_tokens": 40}
    if act[0] == "text":
        blocks, end = [{"type": "text", "text": act[1]}], "end_turn"
    else:
        blocks, end = [{"type": "tool_use", "id": f"toolu_{size}", "name": act[1], "input": act[2]}], "tool_use"
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": body.get("model", "scripted"),
             "content": blocks, "stop_reason": end, "stop_sequence": None, "usage": usage}
    if not body.get("stream"):
        return whole
    events = [{"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}]
    for at, block in enumerate(blocks):
        if block["type"] == "text":
            start, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        events += [{"type": "content_block_start", "index": at, "content_block": start},
                   {"type": "content_block_delta", "index": at, "delta": delta},
                   {"type": "content_block_stop", "index": at}]
    end = {"stop_reason": end, "stop_sequence": None}
    return events + [{"type": "message_delta", "delta": end, "usage": {"output_tokens": 40}},
                     {"type": "message_stop"}]


DIALECTS = {"/completions": chat, "/responses": responses, "/messages": messages}


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    play = None

    def log_message(self, *_):
        pass

    def heard(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        coding = (self.headers.get("Content-Encoding") or "").lower()
        return gzip.decompress(data) if coding == "gzip" else zlib.decompress(data) if coding == "deflate" else data

    def say(self, text, sort, code=200):
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", sort)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/__stats":
            with LOCK:
                return self.say(json.dumps(ASKED), "application/json")
        if self.path.split("?")[0].endswith("/models"):
            known = {"object": "list", "data": [{"id": "scripted", "object": "model", "created": 1, "owned_by": "x"}]}
            return self.say(json.dumps(known), "application/json")
        return self.say("{}", "application/json", 404)

    def do_POST(self):
        raw, path = self.heard(), self.path.split("?")[0]
        if path == "/__reset":
            with LOCK:
                ASKED.clear()
            return self.say("{}", "application/json")
        dialect = DIALECTS.get(path[path.rfind("/"):])
        if dialect is None:
            return self.say("{}", "application/json")
        body = json.loads(raw or b"{}")
        act = self.play.answer(body, path)
        with LOCK:
            ASKED.append({"path": path, "bytes": len(raw), "act": act[0], "what": str(act[1])[:60]})
        said = dialect(body, act, len(raw) // 4)
        if isinstance(said, dict):
            return self.say(json.dumps(said), "application/json")
        lines = []
        for event in said:
            if event == "[DONE]":
                lines.append("data: [DONE]\n\n")
            elif dialect is chat:
                lines.append(f"data: {json.dumps(event)}\n\n")
            else:
                lines.append(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
        return self.say("".join(lines), "text/event-stream")


def main():
    global ORIGINAL
    recording, portfile = sys.argv[1:3]
    here = os.path.dirname(os.path.abspath(recording))
    with open(os.path.join(here, "project", "src", "lib.rs.txt"), encoding="utf-8") as file:
        ORIGINAL = file.read()
    Door.play = Play(recording)
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    with open(portfile + ".new", "w", encoding="utf-8") as file:
        file.write(str(server.server_address[1]))
    os.rename(portfile + ".new", portfile)
    server.serve_forever()


if __name__ == "__main__":
    main()
