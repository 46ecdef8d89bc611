#!/usr/bin/env python3
"""Leads issues of a real Gitea to landed changes; see scripts/forge-for-real."""
import os
import shutil
import sys
import time

from real_forge import DEMO, PROGRAM, ROOT, TOP, Forge, Shop, Wrong, owe, read, write

BUILT = os.environ.get("REDGREEN", os.path.join(ROOT, "target", "debug", "redgreen"))
# What the documentation says that a token needs.
SCOPES = "read:user,write:issue,write:repository"

TEST = "use shop::half;\n\n#[test]\nfn takes_the_half() {\n    assert_eq!(half(200), 100);\n}\n"
CODE = "\n/// The half of a price in cents.\npub fn half(price: u64) -> u64 {\n    price / 2\n}\n"
ODD = "\n#[test]\nfn rounds_up() {\n    assert_eq!(half(3), 2);\n}\n"
HALVES = "Prices are halved on Mondays.\n\n## Acceptance criteria\n\n- [ ] `half(200)` returns 100.\n"
SESSIONS = ("## Acceptance criteria\n\n- [ ] `logout(7)` ends the session.\n"
            "- [ ] A session expires after 5 minutes.\n- [ ] A session expires after 9 minutes.\n")


def add(path, text):
    write(path, (read(path) if os.path.exists(path) else "") + text)


def by_hand(shop, url):
    """From the issue to a change that is ready, as a person writes it."""
    shop.redgreen("lint", url)
    shop.redgreen("start", url, has="failing tests")
    tree = shop.tree()
    add(os.path.join(tree, "tests", "half.rs"), TEST)
    shop.redgreen("check", has="red ")
    add(os.path.join(tree, "src", "lib.rs"), CODE)
    shop.redgreen("check", has="ready to be merged")


def linted(shop, number, url):
    """What the linter says is one comment, however often it is said."""
    shop.redgreen("lint", url, "--post", has="commented: ")
    shop.redgreen("lint", url, "--post", has="says so already")
    said = shop.ask("GET", f"issues/{number}/comments")
    owe(len(said) == 1, f"{len(said)} comments, not 1")


def goes_down(shop):
    """The forge is away when the change is offered; back again, one pull request comes of it."""
    shop.forge.stop()
    shop.redgreen("status", has="could not be compared")
    shop.redgreen("pr", code=4, has="next:  ")
    shop.forge.start()
    shop.redgreen("pr", has="pull request ")
    shop.redgreen("pr", has="pull request ")


def edited(shop, number):
    """An issue that is edited and talked about while it is worked on."""
    shop.redgreen("ticket", "list", has="Half prices  [enhancement]")
    shop.ask("PATCH", f"issues/{number}", {"body": HALVES + "- [ ] And so on.\n"})
    shop.ask("POST", f"issues/{number}/comments", {"body": "Really?"}, who="grace")
    said = shop.redgreen("status", has="was edited since the run began")
    owe("it has a new comment" in said, f"the comment is not told of:\n{said}")
    shop.ask("PATCH", f"issues/{number}", {"body": HALVES})


def offered(shop, number):
    """What the forge has of the pull request."""
    pull = shop.pull()
    tip = shop.git("rev-parse", "HEAD", where=shop.tree())
    owe(pull["head"]["sha"] == tip, "the pull request is not on the proven commit")
    owe(pull["title"] == "feat: half prices", f"its title is {pull['title']!r}")
    owe(f"Closes #{number}" in pull["body"] and "**Proven**" in pull["body"], f"its body is {pull['body']!r}")
    owe([label["name"] for label in pull["labels"]] == ["enhancement"], f"its labels are {pull['labels']}")
    asked = [user["login"] for user in pull.get("requested_reviewers") or []]
    owe(asked == ["grace"], f"asked for a review: {asked}")
    marks = shop.ask("GET", f"commits/{tip}/status")["statuses"]
    owe([(mark["context"], mark["status"]) for mark in marks] == [("redgreen/run", "success")], f"marks: {marks}")
    return pull["number"]


def drafts(shop):
    """A draft is one, and none any more when the change is offered as it is."""
    shop.redgreen("pr", "--draft")
    owe(shop.pull()["draft"], "it is no draft")
    shop.redgreen("pr")
    pull = shop.pull()
    owe(not pull["draft"] and pull["title"] == "feat: half prices", f"it stays {pull['title']!r}")


def reviewed(shop, number):
    """A comment beside a line becomes a change of its own; what was done in words."""
    words = "issue: half of an odd price must be rounded up."
    beside = [{"path": "src/lib.rs", "new_position": len(read(os.path.join(shop.tree(), "src", "lib.rs")).split("\n")) - 2,
               "body": words}]
    shop.ask("POST", f"pulls/{number}/reviews", {"event": "COMMENT", "body": "", "comments": beside}, who="grace")
    try:
        shop.redgreen("feedback", "--dry-run", has="rounded up")
    except Wrong as error:
        if "not read yet" in str(error):
            return "skipped: redgreen does not read reviews of Gitea yet"
        raise
    shop.redgreen("feedback", code=3)
    tree = shop.tree()
    add(os.path.join(tree, "tests", "half.rs"), ODD)
    shop.redgreen("check", has="red ")
    path = os.path.join(tree, "src", "lib.rs")
    write(path, read(path).replace("price / 2", "price.div_ceil(2)"))
    shop.redgreen("check", has="ready to be merged")
    shop.redgreen("feedback")
    shop.redgreen("feedback")
    reviews = shop.ask("GET", f"pulls/{number}/reviews")
    said = [comment["body"] for review in reviews
            for comment in shop.ask("GET", f"pulls/{number}/reviews/{review['id']}/comments")]
    said += [comment["body"] for comment in shop.ask("GET", f"issues/{number}/comments")]
    answers = [text for text in said if "rounds_up" in text]
    owe(len(answers) == 1, f"the comment was answered {len(answers)} times: {said}")
    return "answered with a commit"


def forced(shop):
    """Somebody pushes by force to the branch: nothing is offered, nothing is overwritten."""
    branch, ours = shop.branch(), shop.git("rev-parse", "HEAD", where=shop.tree())
    theirs = shop.git("commit-tree", "main^{tree}", "-p", "main", "-m", "theirs")
    shop.git("push", "--quiet", "--force", "origin", f"{theirs}:refs/heads/{branch}")
    shop.redgreen("pr", code=3, has="error[RG324]")
    there = shop.git("ls-remote", "origin", f"refs/heads/{branch}").split("\t")[0]
    owe(there == theirs, "the branch on the forge was overwritten")
    shop.git("push", "--quiet", "--force", "origin", f"{ours}:refs/heads/{branch}")
    shop.redgreen("pr", has="pull request ")


def merge(shop, number, way):
    """Merges as soon as the forge has looked whether it can."""
    for _ in range(50):
        if shop.ask("GET", f"pulls/{number}")["mergeable"]:
            break
        time.sleep(0.2)
    shop.ask("POST", f"pulls/{number}/merge", {"Do": way})


def too_early(shop):
    """What is not merged yet is not landed beside it, and neither where nobody can tell."""
    shop.redgreen("complete", code=3, has="has not landed on origin's main")
    shop.forge.stop()
    shop.redgreen("complete", code=3, has="is not known: ")
    shop.forge.start()


def landed(shop, issue):
    """The run is completed where it landed; the ticket was told once, and is closed. Nobody fetched."""
    shop.redgreen("complete", has="landed on origin/main")
    owe(shop.ask("GET", f"issues/{issue}")["state"] == "closed", "the issue is open")
    said = shop.ask("GET", f"issues/{issue}/comments")
    told = [comment for comment in said if comment["body"].startswith("<!-- redgreen:landed -->")]
    owe(len(told) == 1, f"the ticket was told {len(told)} times")


def squashed(forge, step):
    """By hand, from an issue to a squash merge."""
    shop = Shop(forge, "halves")
    step("a repository and an issue", shop.fill)
    issue, url = shop.issue("Half prices", HALVES)
    step("lint --post, twice", linted, shop, issue, url)
    step("start, red, green by hand", by_hand, shop, url)
    step("the issue is edited meanwhile", edited, shop, issue)
    step("pr, with the forge down and back", goes_down, shop)
    number = step("what the forge has of it", offered, shop, issue)
    step("a draft and back", drafts, shop)
    step("a review comment", reviewed, shop, number)
    step("a force-push under it", forced, shop)
    step("complete, too early and down", too_early, shop)
    step("squash merge", merge, shop, number, "squash")
    step("complete", landed, shop, issue)


def rebased(forge, step):
    """By the replay worker, from an issue to a rebase merge on a target that moved."""
    shop = Shop(forge, "discounts")
    shop.fill()
    issue, url = shop.issue("Discounts", read(os.path.join(DEMO, "ticket.md")))
    step("run by the replay worker", shop.redgreen, "run", url, "--worker", "replay:../recording.json")
    write(os.path.join(shop.repo, "NOTES.md"), "Meanwhile.\n")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message=docs: meanwhile")
    shop.git("push", "--quiet", "origin", "main")
    step("pr, on a target that moved", shop.redgreen, "pr", has="pull request ")
    step("rebase merge", merge, shop, shop.pull()["number"], "rebase")
    step("complete", landed, shop, issue)


def fork(forge):
    """A clone of ada's repository by mallory, who may not write there and pushes to a fork of it."""
    forge.ask("mallory", "POST", "repos/ada/forked/forks", {})
    shop = Shop(forge, "forked", "mallory", os.path.join(TOP, "fork"))
    shop.clone("ada")
    shop.git("remote", "add", "fork", f"{forge.web}/mallory/forked.git")
    shop.git("config", "remote.pushDefault", "fork")
    return shop


def sent(shop, theirs):
    """The fork's pull request; by hand as on the page, where redgreen does not push to forks."""
    try:
        theirs.redgreen("pr", has="/ada/forked/pulls/")
    except Wrong as error:
        if "origin does not take" not in str(error):
            raise
        branch = theirs.branch()
        theirs.git("push", "--quiet", "fork", branch)
        body = theirs.redgreen("report", "--format", "pr")
        pull = {"head": f"mallory:{branch}", "base": "main", "title": "feat: half prices", "body": body}
        theirs.ask("POST", "pulls", pull, who="mallory")
    pull = shop.pull()
    owe(pull["user"]["login"] == "mallory", f"it is {pull['user']['login']}'s")
    owe(pull["head"]["repo"]["full_name"] == "mallory/forked", f"it comes from {pull['head']['repo']['full_name']}")
    return pull


def judged(shop, number):
    """Somebody else's commits, proven where they were fetched."""
    shop.git("fetch", "--quiet", "origin", f"refs/pull/{number}/head:theirs")
    shop.redgreen("prove", "main..theirs", has="Proven")


def forked(forge, step):
    """Beside a fork whose branch has the same name, with a pull request of its own."""
    shop = Shop(forge, "forked")
    shop.fill()
    _, url = shop.issue("Half prices", HALVES)
    theirs = fork(forge)
    step("start, red, green in the fork", by_hand, theirs, url)
    pull = step("its pull request", sent, shop, theirs)
    step("prove what the fork sent", judged, shop, pull["number"])
    step("start, red, green beside it", by_hand, shop, url)
    step("pr, with the fork's one open", beside, shop, pull)


def asked(shop, url):
    """What contradicts itself stops the run, and is asked on the page of the issue, once."""
    said = shop.redgreen("start", url, code=1, has="Q-1 is asked at ")
    owe("Which of the two holds" in said, f"the question is not shown:\n{said}")
    shop.redgreen("resume", code=3, has="not settled")


def answered(shop, number):
    """A stranger's answer counts for nothing; that of somebody who may write is gone on with."""
    shop.ask("POST", f"issues/{number}/comments", {"body": "Q-1: nine minutes"}, who="mallory")
    shop.redgreen("resume", code=3, has="mallory answers Q-1 on the ticket and is not heard")
    shop.ask("POST", f"issues/{number}/comments", {"body": "Hm.\n\n**Q-1**: five minutes"}, who="grace")
    shop.redgreen("resume", has="answers Q-1: five minutes")
    said = [comment["body"] for comment in shop.ask("GET", f"issues/{number}/comments")]
    owe(len(said) == 3, f"{len(said)} comments, not 3: {said}")
    owe("Answered by grace" in said[0] and "To answer" not in said[0], f"it says {said[0]!r}")


def questioned(forge, step):
    """A question that is asked and answered on the page of its issue."""
    shop = Shop(forge, "sessions")
    shop.fill()
    write(os.path.join(shop.repo, "redgreen.toml"), "[ticket]\nask = true\n")
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message=chore: ask on tickets")
    issue, url = shop.issue("Sessions", SESSIONS)
    step("start, and it is asked", asked, shop, url)
    step("a stranger, then somebody heard", answered, shop, issue)


def beside(shop, pull):
    """A pull request of one's own is opened, and the fork's is left alone."""
    shop.redgreen("pr", has="pull request ")
    pulls = shop.ask("GET", "pulls?state=all")
    owe(len(pulls) == 2, f"{len(pulls)} pull requests, not 2")
    kept = shop.ask("GET", f"pulls/{pull['number']}")
    owe(kept["body"] == pull["body"], "the fork's pull request was edited")


def main():
    program, static, *names = sys.argv[1:]
    stories = [story for story in (squashed, rebased, forked, questioned) if not names or story.__name__ in names]
    shutil.rmtree(TOP, ignore_errors=True)
    os.makedirs(TOP)
    # A build meanwhile changes nothing.
    shutil.copy(BUILT, PROGRAM)
    forge = Forge(program, static)
    rows = []

    def step(what, act, *words, **named):
        began = time.time()
        try:
            came = act(*words, **named)
        except Wrong:
            rows.append((what, time.time() - began, "FAILED"))
            raise
        note = came if isinstance(came, str) and "\n" not in came else ""
        rows.append((what, time.time() - began, note or "as owed"))
        return came

    failed = 0
    try:
        version, took = forge.start()
        rows.append((f"Gitea {version} starts", took, "as owed"))
        for name in ("ada", "grace", "mallory"):
            forge.account(name, SCOPES)
        for story in stories:
            rows.append((story.__doc__.split("\n")[0], None, ""))
            try:
                story(forge, step)
            except Wrong as error:
                failed += 1
                print(f"error: {story.__name__}: {error}", file=sys.stderr)
    except Wrong as error:
        failed += 1
        print(f"error: {error}", file=sys.stderr)
    finally:
        forge.stop()
    for what, took, came in rows:
        print(what if took is None else f"  {what:36} {took:7.1f} s  {came}")
    skipped = sum(came.startswith("skipped") for _, _, came in rows)
    passed = sum(came not in ("", "FAILED") for _, _, came in rows) - skipped
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
