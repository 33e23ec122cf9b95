"""Run the server with the settings that the arguments give (NAME=value)."""

import os
import runpy
import sys

if __name__ == "__main__":
    settings = dict(word.split("=", 1) for word in sys.argv[1:])
    os.environ.update(settings)
    sys.path.insert(0, settings["PYTHONPATH"])
    sys.argv = ["tablecast", "serve"]
    runpy.run_module("server", run_name="__main__")
