"""An agent that speaks the Agent Client Protocol over standard input and output, and plays one part.

    fake_acp.py PART LOG [PROGRAM]

Part `runs` starts PROGRAM for each prompt and says what that prints. It writes into LOG what it was told and what came of what it asked.
"""
import json
import os
import subprocess
import sys
import time

PART, LOG = sys.argv[1], sys.argv[2]
NEXT = [100]
CANCELLED = [False]


def log(text):
    with open(LOG, "a", encoding="utf-8") as file:
        file.write(text + "\n")


def say(value):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **value}) + "\n")
    sys.stdout.flush()


def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def update(session, sort, **more):
    say({"method": "session/update", "params": {"sessionId": session, "update": {"sessionUpdate": sort, **more}}})


def ask(method, params):
    """Asks the client and waits for its answer."""
    NEXT[0] += 1
    mine = NEXT[0]
    say({"id": mine, "method": method, "params": params})
    while True:
        got = hear()
        if got.get("method") == "session/cancel":
            CANCELLED[0] = True
            log("cancel")
            continue
        if got.get("id") == mine and "method" not in got:
            log(f"{method}: {json.dumps(got.get('result', got.get('error')), sort_keys=True)}")
            return got.get("result")


OPTIONS = [
    {"optionId": "forever", "name": "Always", "kind": "allow_always"},
    {"optionId": "yes", "name": "Once", "kind": "allow_once"},
    {"optionId": "no", "name": "No", "kind": "reject_once"},
]
ODD = [
    {"optionId": "forever", "name": "Always", "kind": "allow_always"},
    {"optionId": "maybe", "name": "Maybe", "kind": "allow_until_noon"},
]


def may(session, call, options):
    got = ask("session/request_permission", {"sessionId": session, "toolCall": call, "options": options})
    outcome = (got or {}).get("outcome", {})
    return outcome.get("optionId") in ("yes", "forever")


def write(session, path, text, options=None, only_id=False):
    """One edit as agents do it: told, asked for, done."""
    options = OPTIONS if options is None else options
    call = {"toolCallId": f"call-{path}", "title": f"Write {path}", "kind": "edit", "status": "pending",
            "content": [{"type": "diff", "path": path, "oldText": None, "newText": text}],
            "locations": [{"path": path}]}
    update(session, "tool_call", **call)
    asked = {"toolCallId": call["toolCallId"]} if only_id else call
    if may(session, asked, options):
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        update(session, "tool_call_update", toolCallId=call["toolCallId"], status="completed")
        return True
    update(session, "tool_call_update", toolCallId=call["toolCallId"], status="failed")
    return False


def prompt(session, text, number):
    """Plays the part; gives the reason why the turn ended."""
    log(f"prompt {number}: {text.splitlines()[0] if text else ''}")
    if PART == "dies":
        update(session, "agent_message_chunk", content={"type": "text", "text": "I begin"})
        print("out of memory", file=sys.stderr)
        sys.stdout.flush()
        os._exit(7)
    if PART == "cancelled":
        return "cancelled"
    if PART == "runs":
        done = subprocess.run([sys.executable, sys.argv[3]], stdout=subprocess.PIPE, text=True, check=True)
        update(session, "agent_message_chunk", content={"type": "text", "text": done.stdout.strip()})
        return "end_turn"
    if PART == "spends":
        update(session, "usage_update", used=120, size=1000, cost={"amount": 5.0, "currency": "USD"})
        while True:
            log(f"heard {hear().get('method')}")
    if PART == "waits":
        child = os.fork()
        if child == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
        log(f"child {child}")
        while hear().get("method") != "session/cancel":
            pass
        log("cancel")
        return "cancelled"
    if PART == "garbage":
        print("Loading plugins... 100%")
        print("{\"jsonrpc\": \"2.0\", \"id\":")
        sys.stdout.flush()
    if PART == "floods":
        while True:
            print("no message")
    if PART == "huge":
        sys.stdout.write("x" * 20_000_000 + "\n")
        sys.stdout.flush()
    if PART == "own-tools":
        ask("fs/write_text_file", {"sessionId": session, "path": os.path.abspath("planted.py"), "content": "x"})
        ask("terminal/create", {"sessionId": session, "command": "sh"})
    if PART == "outside" and number == 1:
        write(session, os.path.abspath("../escaped.py"), "x")
        write(session, "src/code.py", "x")
        return "end_turn"
    if PART == "stubborn":
        write(session, os.path.abspath("../escaped.py"), "x")
        return "cancelled"
    if PART == "odd-options":
        write(session, "tests/test_a.py", "x", options=ODD)
        return "end_turn"
    write(session, "tests/test_a.py", "def test_a():\n    assert False\n", only_id=PART == "only-id")
    for piece in ("All ", "done."):
        update(session, "agent_message_chunk", content={"type": "text", "text": piece})
    update(session, "usage_update", used=120, size=1000, cost={"amount": 0.25 * number, "currency": "USD"})
    return "end_turn"


def main():
    session, prompts = "session-1", 0
    while True:
        got = hear()
        method, params = got.get("method"), got.get("params") or {}
        if PART == "silent":
            time.sleep(600)
        if method == "initialize":
            log(json.dumps(params["clientCapabilities"], sort_keys=True))
            version = 2 if PART == "newer" else 1
            can = {"loadSession": PART == "remembers"}
            say({"id": got["id"], "result": {"protocolVersion": version, "agentCapabilities": can, "authMethods": []}})
        elif method == "session/new":
            log(f"new {os.path.isabs(params['cwd'])} {json.dumps(params['mcpServers'])}")
            modes = ["yolo"] if PART == "no-mode" else ["yolo", "ask"]
            known = [{"id": mode, "name": mode} for mode in modes]
            say({"id": got["id"], "result": {"sessionId": session, "modes": {"currentModeId": "yolo", "availableModes": known}}})
        elif method == "session/load":
            log(f"load {params['sessionId']}")
            update(session, "agent_message_chunk", content={"type": "text", "text": "old words"})
            say({"id": got["id"], "result": {}})
        elif method == "session/set_mode":
            log(f"mode {params['modeId']}")
            if PART == "keeps-mode":
                update(session, "current_mode_update", currentModeId="yolo")
            say({"id": got["id"], "result": {}})
        elif method == "session/prompt":
            prompts += 1
            reason = prompt(session, params["prompt"][0]["text"], prompts)
            usage = {"totalTokens": 130, "inputTokens": 60, "cachedReadTokens": 40, "outputTokens": 30}
            say({"id": got["id"], "result": {"stopReason": reason, "usage": usage}})
        elif method == "session/cancel":
            log("cancel")
        elif "id" in got:
            say({"id": got["id"], "error": {"code": -32601, "message": "unknown"}})


main()
