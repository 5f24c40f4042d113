// A server app with spotify-web-api-node, with only the hosts changed.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { SERVER_URL, CLIENT_ID, CLIENT_SECRET } = process.env;
const require = createRequire(import.meta.url);
const SpotifyWebApi = require('spotify-web-api-node');
const { hostname, port, protocol } = new URL(SERVER_URL);
for (const module of ['authentication-request', 'webapi-request']) {
  const requests = require(`spotify-web-api-node/src/${module}`);
  const { builder } = requests;
  requests.builder = token => builder(token).withHost(hostname).withPort(Number(port)).withScheme(protocol.slice(0, -1));
}

const server = createServer(async (request, response) => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const api = new SpotifyWebApi({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, redirectUri: `${origin}/callback` });
  const { pathname, searchParams } = new URL(request.url, origin);
  response.setHeader('Content-Type', 'text/html');
  if (pathname === '/sign-in') {
    response.writeHead(302, { Location: api.createAuthorizeURL(['user-read-private', 'user-library-read'], 'the state') }).end();
  } else if (pathname === '/callback') {
    try {
      const granted = await api.authorizationCodeGrant(searchParams.get('code'));
      api.setRefreshToken(granted.body.refresh_token);
      const refreshed = await api.refreshAccessToken();
      api.setAccessToken(refreshed.body.access_token);
      const { body: me } = await api.getMe();
      const { body: saved } = await api.getMySavedTracks();
      const isNew = refreshed.body.access_token !== granted.body.access_token;
      response.end(`<h1>Hello ${me.id}, ${saved.total} saved, ${searchParams.get('state')}, ${isNew ? 'refreshed' : 'the same'}</h1>`);
    } catch (e) {
      response.end(`<h1>${e}</h1>`);
    }
  } else {
    response.end('');
  }
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/sign-in`));
