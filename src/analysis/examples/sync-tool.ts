import type { Example } from '../codeRule.ts';

export const syncToolExamples: readonly Example[] = [
  {
    title: 'def on a version that calls it on the loop',
    language: 'python',
    versions: { mcp: '1.12.0' },
    bad: `import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")


@mcp.tool()
def forecast(city: str) -> str:  # FINDS
    """Forecast of a city."""
    return requests.get("https://weather.example", params={"q": city}, timeout=10).text


@mcp.tool()
def celsius(fahrenheit: float) -> float:
    return (fahrenheit - 32) * 5 / 9
`,
    good: `import asyncio

import requests
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("weather")


@mcp.tool()
async def forecast(city: str) -> str:
    answer = await asyncio.to_thread(requests.get, "https://weather.example", params={"q": city}, timeout=10)
    return answer.text
`,
  },
  {
    title: 'a helper in between; a version that uses threads',
    language: 'python',
    versions: { mcp: '1.9.4' },
    bad: `import subprocess

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("git")


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, timeout=30).stdout


def status(folder: str) -> str:  # FINDS
    return git("-C", folder, "status", "--short")


mcp.add_tool(status)
`,
    good: `from mcp.server.fastmcp import FastMCP

mcp = FastMCP("texts")


@mcp.tool()
def words(text: str) -> int:
    return len(text.split())
`,
  },
  {
    title: 'version 2 runs a def in a thread',
    language: 'python',
    versions: { mcp: '2.0.0' },
    bad: `from mcp.server.mcpserver import MCPServer

mcp = MCPServer("texts")


@mcp.tool()
def words(text: str) -> int:
    return len(text.split())
`,
    good: `import requests
from mcp.server.mcpserver import MCPServer

mcp = MCPServer("weather")


@mcp.tool()
def forecast(city: str) -> str:
    return requests.get("https://weather.example", params={"q": city}, timeout=10).text
`,
  },
  {
    title: 'a file that is written',
    language: 'python',
    versions: { mcp: '1.12.0' },
    bad: `from mcp.server.fastmcp import FastMCP
from openpyxl import Workbook

mcp = FastMCP("tables")


@mcp.tool()
def create(path: str) -> str:  # FINDS
    workbook = Workbook()
    workbook.active["A1"] = "Total"
    workbook.save(path)
    return path
`,
    good: `import asyncio

from mcp.server.fastmcp import FastMCP
from openpyxl import Workbook

mcp = FastMCP("tables")


@mcp.tool()
async def create(path: str) -> str:
    workbook = Workbook()
    workbook.active["A1"] = "Total"
    await asyncio.to_thread(workbook.save, path)
    return path
`,
  },
];
