// A browser app with the official client library as its package has it, with only the hosts changed: serves the app and its library.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const { SERVER_URL, CLIENT_ID } = process.env;
const library = new URL('node_modules/@spotify/web-api-ts-sdk/dist/mjs/', import.meta.url);
const page = `<!doctype html><title>App</title><h1></h1><script type="module">
  import { SpotifyApi } from '/sdk/index.js';
  const scopes = ['user-read-private', 'playlist-read-private'];
  const api = SpotifyApi.withUserAuthorization('${CLIENT_ID}', location.origin + '/callback', scopes);
  const me = await api.currentUser.profile();
  // The library has no answer while it leaves for the sign-in.
  if (me) document.querySelector('h1').textContent = 'Hello ' + me.id;
</script>`;

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://app');
  if (pathname.startsWith('/sdk/')) {
    const script = await readFile(new URL(pathname.slice('/sdk/'.length), library), 'utf8');
    response.setHeader('Content-Type', 'text/javascript');
    response.end(script.replaceAll('https://accounts.spotify.com', SERVER_URL).replaceAll('https://api.spotify.com', SERVER_URL));
  } else {
    response.setHeader('Content-Type', 'text/html');
    response.end(pathname === '/favicon.ico' ? '' : page);
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/callback`));
