"""A worker that does its work, and in each phase tries what it must not."""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from tries import connects, reads, tries, writes  # noqa: E402

with open(os.path.join(HERE, "places.json")) as file:
    places = json.load(file)

phase = os.environ["REDGREEN_PHASE"]
other = {"red": "shop.py", "green": "test_shop.py"}.get(phase, "test_half.py")
places["repo"] = os.getcwd()
made = tries(places)
for name, path in [("write frozen", other), ("write git file", ".git")]:
    try:
        made[name] = writes(path)
    except OSError:
        made[name] = False

for path in places.get("orders", []):
    try:
        made["read orders"] = reads(path, "obey") or made.get("read orders", False)
    except OSError:
        pass
if "model" in places:
    made["reach its model"] = connects("127.0.0.1", places["model"])

if phase == "red":
    with open("test_half.py", "w") as file:
        file.write("import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n")
if phase == "green":
    with open("shop.py", "a") as file:
        file.write("\n\ndef half(price):\n    return price // 2\n")
if phase == "document":
    with open("CHANGELOG.md", "w") as file:
        file.write("# Changes\n\n- Half of a price.\n")

done = sorted(name for name in made if made[name])
said = "did " + (", ".join(done) or "nothing else")
if "REDGREEN_CLAIM" in os.environ:
    with open(os.environ["REDGREEN_CLAIM"], "w") as file:
        json.dump({"summary": said}, file)
else:
    print(said)
