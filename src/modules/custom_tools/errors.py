"""How a tool of a business's own can be refused."""

from errors import AppError


class ToolNameTaken(AppError):
    kind, title, status = "tool_name_taken", "There is a tool of that name already", 409
