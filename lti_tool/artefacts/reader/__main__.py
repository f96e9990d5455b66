"""The worker: a file on standard input, its name's ending as argument, JSON on standard output."""

import json
import sys

from lti_tool.artefacts.reader.limits import MAX_BYTES, limit_process
from lti_tool.artefacts.reader.read import read_bytes

if __name__ == "__main__":
    limit_process()
    reading = read_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), sys.argv[1])
    json.dump(reading, sys.stdout, ensure_ascii=True)
