"""A server on Python's fastmcp, over stdio."""

import asyncio

from fastmcp import FastMCP

server = FastMCP("delays-python")


@server.tool(annotations={"readOnlyHint": True})
async def sleep(ms: float = 5) -> str:
    """Answers late."""
    await asyncio.sleep(ms / 1000)
    return f"slept {ms}"


@server.tool
def fails() -> str:
    """Throws."""
    raise ValueError("on purpose")


if __name__ == "__main__":
    server.run(show_banner=False)
