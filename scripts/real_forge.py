"""A real Gitea on loopback, repositories on it, and redgreen as its user types it; see
scripts/forge-for-real."""
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.join(ROOT, "target", "forge-for-real", "run")
DEMO = os.path.join(ROOT, "crates", "cli", "demo")
PROGRAM = os.path.join(TOP, "redgreen")
# Seconds: the longest that Gitea may take to start, and one command of redgreen's.
START, LIMIT = 120, 900

INI = """RUN_MODE = prod
WORK_PATH = {home}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = {web}/
STATIC_ROOT_PATH = {static}
OFFLINE_MODE = true
DISABLE_SSH = true
[database]
DB_TYPE = sqlite3
PATH = {home}/forge.db
[repository]
ROOT = {home}/repositories
[security]
INSTALL_LOCK = true
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[actions]
ENABLED = false
[packages]
ENABLED = false
[log]
LEVEL = Warn
"""


class Wrong(Exception):
    """What should have been and was not."""


def owe(met, words):
    if not met:
        raise Wrong(words)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Forge:
    """A Gitea of our own on loopback."""

    def __init__(self, program, static):
        self.home = os.path.join(TOP, "gitea")
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        self.web = f"http://127.0.0.1:{self.port}"
        self.words = [program, "--config", os.path.join(self.home, "app.ini")]
        words = INI.format(home=self.home, port=self.port, web=self.web, static=static)
        # Gitea serves nobody as root unless it is told to: here it serves this machine for a minute.
        as_root = "I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\n" if os.getuid() == 0 else ""
        write(os.path.join(self.home, "app.ini"), as_root + words)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.home, "USER": os.environ.get("USER", "root")}
        self.process = None
        self.tokens = {}

    def start(self):
        began = time.time()
        log = open(os.path.join(TOP, "gitea.log"), "a", encoding="utf-8")
        self.process = subprocess.Popen([*self.words, "web"], env=self.env, stdout=log, stderr=log,
                                        stdin=subprocess.DEVNULL)
        log.close()
        while time.time() - began < START:
            owe(self.process.poll() is None, f"Gitea ended at its start: see {TOP}/gitea.log")
            try:
                with urllib.request.urlopen(f"{self.web}/api/v1/version", timeout=5) as answer:
                    return json.load(answer)["version"], time.time() - began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise Wrong(f"Gitea did not answer in {START} s: see {TOP}/gitea.log")

    def stop(self):
        """Ends the one process that was started, by its id."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def admin(self, *words):
        done = subprocess.run([*self.words, "admin", "user", *words], env=self.env, check=False,
                              capture_output=True, text=True, timeout=START)
        owe(done.returncode == 0, f"gitea admin user {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout.strip().split("\n")[-1]

    def account(self, name, scopes):
        """An account, and a token of it that may do what `scopes` say."""
        self.admin("create", "--username", name, "--password", secrets.token_urlsafe(20),
                   "--email", f"{name}@shop.example", "--must-change-password=false")
        self.tokens[name] = {
            sort: self.admin("generate-access-token", "--username", name, "--raw",
                             "--token-name", sort, "--scopes", words)
            for sort, words in (("all", "all"), ("redgreen", scopes))
        }

    def ask(self, who, verb, path, body=None):
        """What the interface answers to `who`; nothing where it has no words."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"token {self.tokens[who]['all']}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.web}/api/v1/{path}", data, headers, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            raise Wrong(f"{verb} {path}: {error.code} {error.read().decode()[:300]}") from error
        return json.loads(said) if said.strip() else None


class Shop:
    """The demonstration's project on the forge, cloned by somebody who uses redgreen."""

    def __init__(self, forge, name, who="ada", top=None):
        self.forge, self.name, self.who = forge, name, who
        self.top = top or os.path.join(TOP, name)
        self.repo = os.path.join(self.top, "repo")
        home = os.path.join(self.top, "home")
        kept = f"http://{who}:{forge.tokens[who]['redgreen']}@127.0.0.1:{forge.port}\n"
        write(os.path.join(home, ".git-credentials"), kept)
        write(os.path.join(home, ".gitconfig"),
              f"[user]\nname = {who}\nemail = {who}@shop.example\n[credential]\nhelper = store\n"
              "[init]\ndefaultBranch = main\n")
        own = os.path.expanduser("~")
        self.env = {
            "PATH": os.environ["PATH"], "HOME": home,
            "CARGO_HOME": os.environ.get("CARGO_HOME", os.path.join(own, ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", os.path.join(own, ".rustup")),
            "REDGREEN_STATE_DIR": os.path.join(self.top, "state"),
            "REDGREEN_CACHE_DIR": os.path.join(self.top, "cache"),
            "GITEA_HOST": forge.web, "GITEA_TOKEN": forge.tokens[who]["redgreen"],
        }
        shutil.copy(os.path.join(DEMO, "recording.json"), self.top)

    def git(self, *words, where=None):
        done = subprocess.run(["git", *words], cwd=where or self.repo, env=self.env, check=False,
                              capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        owe(done.returncode == 0, f"git {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def clone(self, owner):
        self.git("clone", "--quiet", f"{self.forge.web}/{owner}/{self.name}.git", self.repo, where=self.top)

    def fill(self):
        """The repository on the forge, with the project in it and a clone of it here."""
        self.forge.ask("ada", "POST", "user/repos", {"name": self.name, "default_branch": "main"})
        self.clone("ada")
        for path in ("Cargo.toml", "src/lib.rs", "tests/receipt.rs"):
            write(os.path.join(self.repo, path), read(os.path.join(DEMO, "project", path + ".txt")))
        # It lies below this workspace and is none of its members.
        write(os.path.join(self.repo, "Cargo.toml"), read(os.path.join(self.repo, "Cargo.toml")) + "\n[workspace]\n")
        shutil.copy(os.path.join(DEMO, "project", "CHANGELOG.md"), self.repo)
        write(os.path.join(self.repo, ".gitignore"), "target\n")
        write(os.path.join(self.repo, ".gitea", "CODEOWNERS"), "*.rs @grace @nobody-of-here\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=chore: base")
        self.git("push", "--quiet", "--set-upstream", "origin", "main")
        self.forge.ask("ada", "PUT", f"repos/ada/{self.name}/collaborators/grace", {"permission": "write"})

    def path(self, rest):
        return f"repos/ada/{self.name}/{rest}"

    def ask(self, verb, rest, body=None, who="ada"):
        return self.forge.ask(who, verb, self.path(rest), body)

    def issue(self, title, body):
        label = self.ask("POST", "labels", {"name": "enhancement", "color": "#00aabb"})
        issue = self.ask("POST", "issues", {"title": title, "body": body, "labels": [label["id"]]})
        return issue["number"], issue["html_url"]

    def redgreen(self, *words, code=0, has=""):
        """The program as its user types it; it must end with `code` and say `has`."""
        done = subprocess.run([PROGRAM, *words], cwd=self.repo, env=self.env, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=LIMIT, check=False)
        said = done.stdout + done.stderr
        with open(os.path.join(TOP, "said.txt"), "a", encoding="utf-8") as file:
            file.write(f"$ redgreen {' '.join(words)}\n{said}exit {done.returncode}\n\n")
        for token in self.forge.tokens[self.who].values():
            owe(token not in said, f"redgreen {words[0]} printed a token")
        owe(done.returncode == code, f"redgreen {' '.join(words)} ended with {done.returncode}, not {code}:\n{said}")
        owe(has in said, f"redgreen {' '.join(words)} does not say {has!r}:\n{said}")
        return said

    def tree(self):
        place = self.repo + ".worktrees"
        return os.path.join(place, os.listdir(place)[0])

    def branch(self):
        return self.git("branch", "--show-current", where=self.tree())

    def pull(self):
        pulls = self.ask("GET", "pulls?state=all")
        owe(len(pulls) == 1, f"{len(pulls)} pull requests, not 1")
        return pulls[0]
