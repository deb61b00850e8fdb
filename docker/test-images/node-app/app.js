const server = require('node:http').createServer((_request, response) => response.end('hello\n'));
server.listen(8080, () => console.log(`ready, hooks in this process: ${globalThis.hooks}`));
process.on('SIGTERM', () => server.close());
