"""What Python's fastmcp documents for offering tools, resources and prompts, over stdio."""

from fastmcp import Context, FastMCP
from fastmcp.tools import Tool

from parts import notes, register_more

mcp = FastMCP("registrations")


@mcp.tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@mcp.tool(name="find_products", description="Finds products.", annotations={"readOnlyHint": True})
async def search(query: str, ctx: Context) -> list[str]:
    await ctx.info(query)
    return [query]


@mcp.tool("named_first")
def third() -> str:
    return "x"


class Calculator:
    def __init__(self, factor: int) -> None:
        self.factor = factor

    def multiply(self, x: int) -> int:
        """Multiplies."""
        return self.factor * x


calculator = Calculator(3)
mcp.tool(calculator.multiply)


def divide(a: int, b: int) -> float:
    """Divides."""
    return a / b


mcp.add_tool(Tool.from_function(divide, name="divide_numbers"))


def subtract(a: int, b: int) -> int:
    """Subtracts."""
    return a - b


mcp.add_tool(Tool.from_function(subtract))


@mcp.resource("resource://greeting")
def greeting() -> str:
    return "hello"


@mcp.resource("weather://{city}/now", name="weather_now")
def weather(city: str) -> str:
    return city


@mcp.prompt
def ask_about(topic: str) -> str:
    """Asks."""
    return f"What is {topic}?"


@mcp.prompt(name="review_code")
def review(code: str) -> str:
    return code


register_more(mcp)
mcp.mount(notes, "notes")

if __name__ == "__main__":
    mcp.run(show_banner=False)
