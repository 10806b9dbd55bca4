# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""For the tests of connectors; nothing here is imported by the addon itself.

``case.ConnectorCase`` has a backend and its bindings ready, ``memory.MemoryBackend`` is
a backend in memory, ``http_server.HttpServer`` a real server that answers what a test
says, ``recording.recorded_calls`` answers what a real backend answered once.
"""
