"""nginx with the nchan module: where it is installed, or from Debian's packages, unpacked beside the bench."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from bench.native import BUILD
from bench.peers.peer import Missing, Start, run_quietly

PACKAGES: Final = ("nginx", "libnginx-mod-nchan")
MODULE: Final = "ngx_nchan_module.so"
FOLDERS: Final = (
    "/usr/lib/nginx/modules",
    "/usr/share/nginx/modules",
    "/etc/nginx/modules",
    "/usr/local/nginx/modules",
)
IN_ITS_OWN_WORLD: Final = (
    "unshare",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs nchan /var/lib && mkdir /var/lib/nginx && exec "$@"',
    "sh",
)
"""Debian's nginx insists on a folder of its own in /var/lib, even where its configuration names others."""
CONFIGURATION: Final = """\
load_module {module};
daemon off;
master_process off;
worker_rlimit_nofile 20000;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 16000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  nchan_shared_memory_size 256M;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location /read {{
      nchan_subscriber websocket;
      nchan_channel_id bench;
      nchan_subscriber_first_message newest;
      nchan_websocket_ping_interval 0;
    }}
    location /publish {{
      nchan_publisher websocket;
      nchan_channel_id bench;
      nchan_message_buffer_length 64;
    }}
  }}
}}
"""


def prepare(port: int) -> Start:
    installed = _installed()
    program, module = installed or _unpacked()
    folder = BUILD / "nchan"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(module=module, folder=folder, port=port), encoding="utf-8")
    command = [program, "-p", folder, "-c", file, "-e", folder / "error.log"]
    version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr.strip()
    return Start(command if installed else [*IN_ITS_OWN_WORLD, *command], version.removeprefix("nginx version: "))


def _installed() -> tuple[Path, Path] | None:
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/nginx/sbin:/usr/bin:/usr/local/bin")
    modules = [Path(folder) / MODULE for folder in FOLDERS if (Path(folder) / MODULE).exists()]
    return (Path(program), modules[0]) if program and modules else None


def _unpacked() -> tuple[Path, Path]:
    """Debian's packages, fetched and unpacked without installing anything. Raises Missing."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Missing("nginx with nchan is not installed, and there is no apt-get to fetch it")
    if os.geteuid() != 0:
        raise Missing("nginx with nchan is not installed, and running it unpacked takes root")
    folder = BUILD / "nginx"
    program, module = folder / "usr/sbin/nginx", folder / "usr/lib/nginx/modules" / MODULE
    if not (program.exists() and module.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        run_quietly(["apt-get", "download", *PACKAGES], folder, "nchan cannot be fetched")
        for package in sorted(folder.glob("*.deb")):
            run_quietly(["dpkg-deb", "-x", package, folder], folder, "nchan cannot be unpacked")
    return program, module
