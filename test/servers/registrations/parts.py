from fastmcp import FastMCP

notes = FastMCP("notes")
archive = FastMCP("archive")
notes.mount(archive, "archive")


@notes.tool
def write(text: str) -> str:
    """Writes a note."""
    return text


@archive.tool(name="restore")
def restore_note(name: str) -> str:
    """Brings a note back."""
    return name


def register_more(server: FastMCP) -> None:
    @server.tool
    async def late(x: int) -> int:
        """Registered by a function."""
        return x

    @server.prompt
    def later() -> str:
        """Registered by a function."""
        return "x"


@notes.prompt
def summarise() -> str:
    """Sums up."""
    return "x"


@notes.resource("notes://all")
def all_notes() -> str:
    return "x"
