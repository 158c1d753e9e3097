// The floor for `zeke ask`: a POST, and every byte of the answer straight to standard output.
import { request } from 'node:http';

const [baseUrl = ''] = process.argv.slice(2);
const call = request(`${baseUrl}/chat/completions`, { method: 'POST' }, (response) => {
  response.pipe(process.stdout);
});
call.end('{"model":"bench","stream":true,"messages":[]}');
