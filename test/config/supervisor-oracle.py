"""Reads configurations with supervisord's own parser: the oracle of differential.test.ts.

Standard input: a JSON list of {"path", "environment"}. Standard output: for each, {"groups": ...} or {"error": text}.
Refuses to start anything: only the parser is used.
"""
import json
import os
import sys

from supervisor.options import Automatic, ServerOptions, Syslog


def target(value):
    if value is None:
        return None
    if value is Automatic:
        return "AUTO"
    return "SYSLOG" if value is Syslog else value


def process(config):
    names = (
        "name command directory umask priority autostart startsecs startretries stopsignal stopwaitsecs stopasgroup "
        "killasgroup exitcodes redirect_stderr uid serverurl stdout_logfile_maxbytes stdout_logfile_backups "
        "stderr_logfile_maxbytes stdout_capture_maxbytes stdout_events_enabled stderr_syslog"
    ).split()
    values = {name: getattr(config, name) for name in names}
    values["exitcodes"] = list(values["exitcodes"])
    values["autorestart"] = getattr(config.autorestart, "__name__", config.autorestart)
    values["environment"] = config.environment
    values["stdout_logfile"] = target(config.stdout_logfile)
    values["stderr_logfile"] = target(config.stderr_logfile)
    return values


def read(case):
    os.environ.clear()
    os.environ.update(case["environment"])
    options = ServerOptions()
    options.configfile = case["path"]
    options.here = os.path.dirname(os.path.abspath(case["path"]))
    try:
        options.process_config(do_usage=False)
    except ValueError as error:
        return {"error": str(error)}
    root = options.configroot.supervisord
    names = "logfile_maxbytes logfile_backups loglevel umask nodaemon silent minfds minprocs nocleanup strip_ansi identifier"
    supervisor = {name: getattr(root, name) for name in names.split()}
    groups = []
    for group in root.process_group_configs:
        groups.append({
            "name": group.name,
            "priority": group.priority,
            "processes": [process(config) for config in group.process_configs],
        })
    servers = [
        {key: server.get(key) for key in ("section", "host", "port", "file", "chmod", "username", "password")}
        for server in root.server_configs
    ]
    return {"supervisor": supervisor, "groups": groups, "servers": servers}


json.dump([read(case) for case in json.load(sys.stdin)], sys.stdout)
