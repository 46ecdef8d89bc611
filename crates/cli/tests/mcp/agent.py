"""Plays an agent with the official Python SDK of the Model Context Protocol.

    python3 agent.py ticket REDGREEN          a whole ticket over standard input and output
    python3 agent.py cancel REDGREEN MARK     leaves a call as soon as the file MARK is there
    python3 agent.py http URL                 one call over HTTP; $TOKEN is the bearer token

The last line on standard output is a JSON object with what the agent saw.
"""

import json
import os
import pathlib
import sys

import anyio
import httpx2
from mcp import Client, ClientSession, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client


def server(program, *flags):
    return StdioServerParameters(command=program, args=["mcp", *flags], env=dict(os.environ), cwd=os.getcwd())


def seen(result):
    text = "".join(block.text for block in result.content)
    error = (result.meta or {}).get("redgreen/error")
    return {"text": text, "value": result.structured_content, "is_error": bool(result.is_error), "error": error}


async def ticket(program):
    saw = {}
    async with Client(server(program), mode=os.environ.get("MODE", "auto")) as client:
        saw["protocol"] = client.protocol_version
        saw["instructions"] = client.instructions
        tools = (await client.list_tools()).tools
        saw["tools"] = {tool.name: bool(tool.input_schema and tool.output_schema) for tool in tools}

        async def call(name, arguments=None, progress=None):
            return seen(await client.call_tool(name, arguments or {}, progress_callback=progress))

        saw["ticket"] = await call("ticket")
        saw["red"] = await call("next")
        tree = pathlib.Path(saw["red"]["value"]["worktree"])
        steps = []

        async def progress(count, total, message):
            steps.append([count, message])

        test = "import shop\n\n\ndef test_half():\n    assert shop.half(200) == 100\n"
        (tree / "test_half.py").write_text(test)
        saw["after_red"] = await call("check", progress=progress)
        saw["progress"] = steps
        # A test is frozen now: weakening it is put back, and said.
        (tree / "test_half.py").write_text("def test_half():\n    assert True\n")
        saw["cheat"] = await call("check")
        code = "def half(price):\n    return price // 2\n\n\ndef total(prices):\n    return sum(prices)\n"
        (tree / "shop.py").write_text(code)
        saw["after_green"] = await call("check")
        saw["status"] = await call("status")
        saw["report"] = await call("report", {"format": "review"})
        branch = saw["red"]["value"]["branch"]
        saw["prove"] = await call("prove", {"range": f"main..{branch}", "samples": 1, "mutants": 0})
        saw["unknown_question"] = await call("answer", {"question": "Q-9", "text": "yes"})
        saw["unknown_argument"] = await call("prove", {"accept": "a"})
        try:
            await call("waive", {"code": "RG104"})
            saw["waive"] = "called"
        except MCPError as error:
            saw["waive"] = str(error)
    return saw


async def cancel(program, mark):
    saw = {}
    # The test's own process says its number: behind a wall it would have another one.
    async with Client(server(program, "--sandbox", "limits")) as client:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:

                async def leave():
                    with anyio.fail_after(300):
                        while not os.path.exists(mark):
                            await anyio.sleep(0.05)
                    saw["pid"] = int(pathlib.Path(mark).read_text())
                    scope.cancel()

                group.start_soon(leave)
                await client.call_tool("check", {})
        gone = False
        for _ in range(400):
            try:
                os.kill(saw["pid"], 0)
            except ProcessLookupError:
                gone = True
                break
            await anyio.sleep(0.05)
        saw["gone"] = gone
        # The run's lock is free as soon as the call has ended.
        saw["status"] = seen(await client.call_tool("status", {}))
    return saw


async def answer(program, question):
    async with Client(server(program)) as client:
        first = seen(await client.call_tool("status", {}))
        return {"status": first, "answer": seen(await client.call_tool("answer", {"question": question, "text": "yes"}))}


async def http(url):
    headers = {"Authorization": "Bearer " + os.environ["TOKEN"]}
    async with httpx2.AsyncClient(headers=headers) as web:
        async with streamable_http_client(url, http_client=web) as streams:
            async with ClientSession(streams[0], streams[1]) as session:
                begun = await session.initialize()
                status = seen(await session.call_tool("status", {}))
                return {"server": begun.server_info.name, "status": status}


if __name__ == "__main__":
    play = {"ticket": ticket, "cancel": cancel, "answer": answer, "http": http}[sys.argv[1]]
    print(json.dumps(anyio.run(play, *sys.argv[2:])))
