#!/usr/bin/env python3
"""Scripted mock LLM: OpenAI chat-completions, OpenAI Responses, Anthropic messages (all SSE or plain JSON).

Plays one fixed six-turn script: list, read, edit (wrong), run tests, edit (right), finish.
The turn is taken from the number of tool results in the request, so retries are harmless.
Tool names and argument shapes are chosen from the `tools` the agent offers (see `call_for`).
It answers at once, so that what is measured is the agent itself. `scripts/overhead` starts it.
Control: POST /__reset {"label":..., "t0":...}   GET /__stats
"""
import gzip, json, os, re, sys, threading, time, zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()
S = {"label": "none", "t0": time.time(), "reqs": [], "mode": "tools", "calls": 0}
DUMP = os.environ.get("MOCK_DUMP")

BUG = "    return a - b\n"
WRONG = "    return a * b\n"
RIGHT = "    return a + b\n"
HEAD = 'def add(a, b):\n    """Return the sum of a and b."""\n'
FINISH = "Fixed add() in calc.py; the tests pass."
TEST = "python3 -m unittest -q test_calc"


def sr_patch(old, new):
    return ("*** Begin Patch\n*** Update File: calc.py\n@@\n"
            f"-{old.rstrip(chr(10))}\n+{new.rstrip(chr(10))}\n*** End Patch")


def props(t):
    p = t.get("parameters") or t.get("input_schema") or {}
    return (p.get("properties") or {})


def norm_tools(body):
    """-> {name: (kind, schema-properties)}; kind 'function' or 'custom'."""
    out = {}
    for t in body.get("tools") or []:
        if t.get("type") == "function" and "function" in t:
            f = t["function"]
            out[f["name"]] = ("function", props(f))
        elif "name" in t:
            out[t["name"]] = ("custom" if t.get("type") == "custom" else "function", props(t))
    return out


def pick(tools, *names):
    for n in names:
        for k in tools:
            if k.lower() == n.lower():
                return k
    return None


def fill(pr, **cands):
    """cands: semantic -> (value, [possible arg names]); fills those that the schema has."""
    a = {}
    for val, names in cands.values():
        for n in names:
            if n in pr:
                a[n] = val
                break
    return a


def shell(tools, cmd):
    k = pick(tools, "bash", "shell_command", "exec_command", "shell", "local_shell", "run_shell_command",
             "run_command", "terminal", "execute_bash", "developer__shell", "execute", "run")
    if not k:
        return None
    kind, pr = tools[k]
    if kind == "custom":
        return k, cmd, True
    a = {}
    for n in ("command", "cmd"):
        if n in pr:
            ty = pr[n].get("type")
            a[n] = ["bash", "-lc", cmd] if ty == "array" else cmd
            break
    else:
        a["command"] = cmd
    if "description" in pr:
        a["description"] = "Runs a command"
    if "security_risk" in pr:
        a["security_risk"] = "LOW"
    if "summary" in pr:
        a["summary"] = "Runs a command"
    return k, a, False


def call_for(turn, tools, cwd):
    """turn 0..4 -> (tool, args, is_custom)"""
    f = os.path.join(cwd, "calc.py")
    if turn == 0:
        return shell(tools, "ls -la")
    if turn == 1:
        k = pick(tools, "read", "read_file", "view", "Read")
        if k:
            return k, fill(tools[k][1], p=(f, ["file_path", "filePath", "path", "absolute_path"])), False
        k = pick(tools, "file_editor", "str_replace_editor", "str_replace_based_edit_tool")
        if k:
            a = {"command": "view", "path": f}
            if "security_risk" in tools[k][1]: a["security_risk"] = "LOW"
            if "summary" in tools[k][1]: a["summary"] = "view file"
            return k, a, False
        return shell(tools, "cat calc.py")
    if turn == 3:
        return shell(tools, TEST)
    old, new = (BUG, WRONG) if turn == 2 else (WRONG, RIGHT)
    k = pick(tools, "apply_patch")
    if k:
        if tools[k][0] == "custom":
            return k, sr_patch(old, new), True
        pr = tools[k][1]
        n = next((x for x in ("input", "patchText", "patch") if x in pr), "input")
        return k, {n: sr_patch(old, new)}, False
    k = pick(tools, "edit", "replace", "search_replace", "str_replace", "edit_file")
    if k:
        pr = tools[k][1]
        if "edits" in pr:
            it = (pr["edits"].get("items") or {}).get("properties") or {}
            o = "oldText" if "oldText" in it else "old_string"
            n = "newText" if "newText" in it else "new_string"
            a = fill(pr, p=(f, ["file_path", "filePath", "path"]))
            a["edits"] = [{o: old, n: new}]
            return k, a, False
        if "content" in pr and "old_string" not in pr:      # mistral-vibe: SEARCH/REPLACE blocks in `content`
            return k, {"file_path": f, "content":
                       f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE"}, False
        a = fill(pr, p=(f, ["file_path", "filePath", "path"]),
                 o=(old, ["old_string", "oldString", "oldText", "old_str", "old"]),
                 n=(new, ["new_string", "newString", "newText", "new_str", "new"]),
                 i=("Fix add()", ["instruction"]))
        return k, a, False
    k = pick(tools, "file_editor", "str_replace_editor", "str_replace_based_edit_tool")
    if k:
        a = {"command": "str_replace", "path": f, "old_str": old, "new_str": new}
        if "security_risk" in tools[k][1]: a["security_risk"] = "LOW"
        if "summary" in tools[k][1]: a["summary"] = "edit file"
        return k, a, False
    sym = {"a - b": "-", "a * b": "[*]"}[old.split("return ")[1].strip()]
    ns = {"a * b": "*", "a + b": "+"}[new.split("return ")[1].strip()]
    if "redgreen-no-native-edit" or True:
        # shells-only agents: codex understands `apply_patch` through its shell; others get sed
        if pick(tools, "exec_command", "shell_command"):
            return shell(tools, "apply_patch <<'EOF'\n" + sr_patch(old, new) + "\nEOF")
        return shell(tools, f"sed -i 's/return a {sym} b/return a {ns} b/' calc.py")


def count_results(body, path):
    n = 0
    if path.endswith("/responses"):
        for it in body.get("input") or []:
            if isinstance(it, dict) and str(it.get("type", "")).endswith("_call_output"):
                n += 1
    elif path.endswith("/messages"):
        for m in body.get("messages") or []:
            c = m.get("content")
            if isinstance(c, list):
                n += sum(1 for b in c if isinstance(b, dict) and b.get("type") == "tool_result")
    else:
        n = sum(1 for m in body.get("messages") or [] if m.get("role") == "tool")
    return n


def system_chars(body, path):
    if path.endswith("/responses"):
        return len(body.get("instructions") or "") + sum(
            len(json.dumps(i)) for i in body.get("input") or [] if isinstance(i, dict) and i.get("role") in ("developer", "system"))
    if path.endswith("/messages"):
        return len(json.dumps(body.get("system") or ""))
    return sum(len(json.dumps(m.get("content"))) for m in body.get("messages") or [] if m.get("role") in ("system", "developer"))


class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            b = b""
            while True:
                n = int(self.rfile.readline().split(b";")[0], 16)
                d = self.rfile.read(n); self.rfile.readline()
                if n == 0: break
                b += d
        else:
            b = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        enc = (self.headers.get("Content-Encoding") or "").lower()
        if enc == "gzip": b = gzip.decompress(b)
        elif enc == "deflate": b = zlib.decompress(b)
        return b

    def js(self, o, code=200):
        d = json.dumps(o).encode()
        self.send_response(code); self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(d))); self.end_headers(); self.wfile.write(d)

    def sse(self, events, named):
        out = []
        for e in events:
            if e == "[DONE]": out.append("data: [DONE]\n\n")
            elif named: out.append(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n")
            else: out.append(f"data: {json.dumps(e)}\n\n")
        d = "".join(out).encode()
        self.send_response(200); self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(d))); self.end_headers(); self.wfile.write(d); self.wfile.flush()

    def do_HEAD(self):
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()

    def do_GET(self):
        p = self.path.split("?")[0]
        if p == "/__stats":
            with LOCK: return self.js(S)
        with LOCK: S["reqs"].append({"t": time.time() - S["t0"], "m": "GET", "path": p, "bytes": 0, "kind": "other"})
        if p.endswith("/models"):
            return self.js({"object": "list", "data": [{"id": "mock-model", "object": "model", "created": 1, "owned_by": "mock"}]})
        self.js({"error": "none"}, 404)

    def do_POST(self):
        t = time.time()
        raw = self.body(); p = self.path.split("?")[0]
        try: b = json.loads(raw or b"{}")
        except Exception: b = {}
        if p == "/__reset":
            with LOCK: S.update(label=b.get("label"), t0=b.get("t0", t), reqs=[], mode=b.get("mode", "tools"), calls=0, cwd=b.get("cwd", "/"))
            return self.js({"ok": True})
        llm = p.endswith(("/chat/completions", "/responses", "/messages"))
        tools = norm_tools(b) if llm else {}
        main = llm and (bool(tools) or S["mode"] == "text")
        with LOCK:
            i = len(S["reqs"])
            turn = count_results(b, p) if S["mode"] != "text" else S["calls"]
            if main: S["calls"] += 1
            S["reqs"].append({"t": t - S["t0"], "m": "POST", "path": p, "bytes": len(raw), "kind": "main" if main else "aux" if llm else "other",
                              "turn": turn if main else None, "tools": len(tools), "tool_bytes": len(json.dumps(b.get("tools") or [])),
                              "sys": system_chars(b, p) if llm else 0, "stream": b.get("stream"), "model": b.get("model"),
                              "cache_ctl": raw.count(b'"cache_control"'), "cache_key": bool(b.get("prompt_cache_key")),
                              "prev": bool(b.get("previous_response_id"))})
        if DUMP:
            os.makedirs(DUMP, exist_ok=True)
            with open(f"{DUMP}/{S['label']}-{i}.json", "wb") as f: f.write(raw)
        if p.endswith("/count_tokens"): return self.js({"input_tokens": len(raw) // 4})
        if not llm: return self.js({}, 200)
        if not main: act = ("text", "Fix add in calc.py")
        elif S["mode"] == "text":
            old, new = [(BUG, WRONG), (WRONG, RIGHT)][min(S["calls"] - 1, 1)]
            act = ("text", f"calc.py\n```python\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n")
        elif turn >= 5: act = ("text", FINISH)
        else:
            c = call_for(turn, tools, S.get("cwd", "/"))
            act = ("call",) + c if c else ("text", FINISH)
        # agents that only end through a tool
        if main and act == ("text", FINISH):
            k = pick(tools, "finish", "submit")
            if k:
                a = fill(tools[k][1], m=(FINISH, ["message", "text"]), s=("done", ["summary"]))
                act = ("call", k, a, False)
            elif S["mode"] == "submit":
                act = ("call",) + shell(tools, "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT")
        it = len(raw) // 4
        getattr(self, {"/messages": "r_anthropic", "/responses": "r_responses"}.get(p[p.rfind("/"):], "r_chat"))(b, act, turn, it)

    def r_chat(self, b, act, turn, it):
        base = {"id": f"chatcmpl-{turn}", "object": "chat.completion.chunk", "created": 1700000000, "model": b.get("model", "mock")}
        usage = {"prompt_tokens": it, "completion_tokens": 40, "total_tokens": it + 40,
                 "prompt_tokens_details": {"cached_tokens": it // 2}}
        if act[0] == "text":
            msg = {"role": "assistant", "content": act[1]}; fin = "stop"
        else:
            msg = {"role": "assistant", "content": "Next step.", "tool_calls": [{"index": 0, "id": f"call_{turn}", "type": "function",
                   "function": {"name": act[1], "arguments": json.dumps(act[2])}}]}; fin = "tool_calls"
        if not b.get("stream"):
            for c in msg.get("tool_calls", []): c.pop("index", None)
            return self.js({**base, "object": "chat.completion", "choices": [{"index": 0, "message": msg, "finish_reason": fin}], "usage": usage})
        ev = [{**base, "choices": [{"index": 0, "delta": msg, "finish_reason": None}]},
              {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": fin}]},
              {**base, "choices": [], "usage": usage}, "[DONE]"]
        self.sse(ev, False)

    def r_responses(self, b, act, turn, it):
        rid = f"resp_{turn}"
        if act[0] == "text":
            item = {"id": f"msg_{turn}", "type": "message", "role": "assistant", "status": "completed",
                    "content": [{"type": "output_text", "text": act[1], "annotations": []}]}
        elif act[3]:
            item = {"id": f"ctc_{turn}", "type": "custom_tool_call", "status": "completed", "call_id": f"call_{turn}", "name": act[1], "input": act[2]}
        else:
            item = {"id": f"fc_{turn}", "type": "function_call", "status": "completed", "call_id": f"call_{turn}", "name": act[1], "arguments": json.dumps(act[2])}
        usage = {"input_tokens": it, "input_tokens_details": {"cached_tokens": it // 2}, "output_tokens": 40,
                 "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": it + 40}
        resp = {"id": rid, "object": "response", "created_at": 1700000000, "status": "completed", "model": b.get("model", "mock"),
                "output": [item], "usage": usage, "error": None, "incomplete_details": None, "tools": [], "parallel_tool_calls": False}
        if not b.get("stream"): return self.js(resp)
        ev = [{"type": "response.created", "sequence_number": 0, "response": {**resp, "status": "in_progress", "output": [], "usage": None}},
              {"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": {**item, "status": "in_progress", **({"arguments": ""} if item["type"] == "function_call" else {"content": []} if item["type"] == "message" else {"input": ""})}}]
        if act[0] == "text":
            ev += [{"type": "response.content_part.added", "sequence_number": 2, "item_id": item["id"], "output_index": 0, "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}},
                   {"type": "response.output_text.delta", "sequence_number": 2, "item_id": item["id"], "output_index": 0, "content_index": 0, "delta": act[1]},
                   {"type": "response.output_text.done", "sequence_number": 3, "item_id": item["id"], "output_index": 0, "content_index": 0, "text": act[1]}]
        elif not act[3]:
            ev += [{"type": "response.function_call_arguments.delta", "sequence_number": 2, "item_id": item["id"], "output_index": 0, "delta": item["arguments"]},
                   {"type": "response.function_call_arguments.done", "sequence_number": 3, "item_id": item["id"], "output_index": 0, "arguments": item["arguments"]}]
        ev += [{"type": "response.output_item.done", "sequence_number": 4, "output_index": 0, "item": item},
               {"type": "response.completed", "sequence_number": 5, "response": resp}]
        self.sse(ev, True)

    def r_anthropic(self, b, act, turn, it):
        usage = {"input_tokens": it // 2, "cache_creation_input_tokens": 0, "cache_read_input_tokens": it // 2, "output_tokens": 40}
        blocks = [{"type": "text", "text": act[1]}] if act[0] == "text" else [
            {"type": "text", "text": "Next step."}, {"type": "tool_use", "id": f"toolu_{turn:02d}", "name": act[1], "input": act[2]}]
        stop = "end_turn" if act[0] == "text" else "tool_use"
        msg = {"id": f"msg_{turn}", "type": "message", "role": "assistant", "model": b.get("model", "mock"), "content": blocks,
               "stop_reason": stop, "stop_sequence": None, "usage": usage}
        if not b.get("stream"): return self.js(msg)
        ev = [{"type": "message_start", "message": {**msg, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}}]
        for i, bl in enumerate(blocks):
            if bl["type"] == "text":
                ev += [{"type": "content_block_start", "index": i, "content_block": {"type": "text", "text": ""}},
                       {"type": "content_block_delta", "index": i, "delta": {"type": "text_delta", "text": bl["text"]}}]
            else:
                ev += [{"type": "content_block_start", "index": i, "content_block": {**bl, "input": {}}},
                       {"type": "content_block_delta", "index": i, "delta": {"type": "input_json_delta", "partial_json": json.dumps(bl["input"])}}]
            ev.append({"type": "content_block_stop", "index": i})
        ev += [{"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 40}},
               {"type": "message_stop"}]
        self.sse(ev, True)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 18080
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer(("127.0.0.1", port), H).serve_forever()
