# FastMCP (PyPI) over Streamable HTTP; prints its port.
import asyncio
import os
import socket
import sys

from fastmcp import FastMCP

mcp = FastMCP("fast")


@mcp.tool
async def sleep(ms: int) -> str:
    await asyncio.sleep(ms / 1000)
    return f"slept {ms}"


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]

sys.stdout.write(f"{port}\n")
sys.stdout.flush()
os.environ["FASTMCP_CHECK_FOR_UPDATES"] = "off"
mcp.run(transport="http", host="127.0.0.1", port=port, show_banner=False, log_level="ERROR")
