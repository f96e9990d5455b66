"""From the bytes of a file to a reading. Runs in a process of its own; see `lti_tool.artefacts.service`."""
