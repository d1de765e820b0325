"""How the pages of registers answer when something is not permitted or not there."""

from __future__ import annotations

from vangnet.identity.answers import answering, asked
from vangnet.registers.pages import crumbs

__all__ = ["answered", "asked"]
answered = answering("Registers bijwerken", crumbs)
