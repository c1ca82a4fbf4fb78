/** The least that can answer over HTTP on this Node: what a start costs before anything of ours is loaded. CommonJS, which loads less. */
const http = require('node:http');

const [port] = process.argv.slice(2);
http.createServer((_request, reply) => reply.end('OK')).listen(Number(port), '127.0.0.1');
