"""Makes the calls that come as JSON lines with Python's own XML-RPC client, over the transport of supervisor's package; answers as JSON lines."""
import json
import sys
import xmlrpc.client

from supervisor.xmlrpc import SupervisorTransport

server = xmlrpc.client.ServerProxy("http://127.0.0.1", allow_none=True, transport=SupervisorTransport("user", "secret", "unix://" + sys.argv[1]))
for line in sys.stdin:
    name, params = json.loads(line)
    try:
        said = {"value": getattr(server, name)(*params)}
    except xmlrpc.client.Fault as fault:
        said = {"fault": [fault.faultCode, fault.faultString]}
    except xmlrpc.client.ProtocolError as error:
        said = {"status": error.errcode}
    print(json.dumps(said), flush=True)
