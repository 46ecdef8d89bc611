"""Tries everything that a sandbox must not let happen."""

import json
import os
import socket
import subprocess


def writes(path):
    with open(path, "a") as file:
        file.write("planted = 1\n")
    return True


def reads(path, secret):
    with open(path) as file:
        return secret in file.read()


def sees_environments(secret):
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/environ") as file:
                if secret in file.read():
                    return True
        except OSError:
            pass
    return False


def connects(host, port):
    socket.create_connection((host, port), timeout=5).close()
    return True


def sends(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"secret", (host, port))
    return True


def commits(repo):
    done = subprocess.run(
        ["git", "-C", repo, "-c", "user.name=a", "-c", "user.email=a@b",
         "commit", "--quiet", "--allow-empty", "--message", "planted"],
        capture_output=True,
    )
    return done.returncode == 0


def signals(pid):
    os.kill(pid, 0)
    return True


def outlives(word):
    subprocess.Popen(
        ["/bin/sh", "-c", f"setsid sleep {word} & exec sleep {word}"],
        env={}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return False


def tries(places):
    made = {}

    def attempt(name, what, *args):
        try:
            made[name] = bool(what(*args))
        except (OSError, UnicodeDecodeError):
            made[name] = False

    secret = places["secret"]
    for name in ["checkout", "hook", "home"]:
        attempt(f"write {name}", writes, places[name])
    for name in ["ssh", "key", "journal"]:
        attempt(f"read {name}", reads, places[name], places[f"{name}_text"])
    attempt("commit", commits, places["repo"])
    made["own environment"] = secret in json.dumps(dict(os.environ))
    attempt("other environments", sees_environments, secret)
    attempt("connect to the machine", connects, "127.0.0.1", places["tcp"])
    attempt("connect to metadata", connects, "169.254.169.254", 80)
    attempt("signal", signals, places["pid"])
    # Whether it arrives is seen from outside.
    attempt("send to metadata", sends, "169.254.169.254", 80)
    try:
        sends("127.0.0.1", places["udp"])
    except OSError:
        pass
    attempt("outlive", outlives, places["word"])
    return made


def floods(path, megabytes):
    """Whether a file of that size can be written."""
    block = b"x" * (1 << 20)
    try:
        with open(path, "wb") as file:
            for _ in range(megabytes):
                file.write(block)
    except OSError:
        return False
    return True
