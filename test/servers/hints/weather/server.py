import time

import requests
from fastmcp import FastMCP

mcp = FastMCP("weather")


def station(city: str) -> dict:
    return requests.get(f"https://weather.example/{city}").json()


@mcp.tool
async def forecast(city: str) -> str:
    """Tomorrow's weather."""
    time.sleep(0.1)
    return station(city)["tomorrow"]


if __name__ == "__main__":
    mcp.run()
