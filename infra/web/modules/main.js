import { Account } from './account.js';
import { Api } from './api.js';
import { Catalog } from './catalog.js';
import { ConnectClient } from './connect/client.js';
import { claimDeviceId, deviceId } from './connect/device-id.js';
import { connectDeck } from './deck/deck.js';
import { replace } from './dom.js';
import { connectHeader } from './header.js';
import { connectKeyboard } from './keyboard.js';
import { notify } from './notices.js';
import { failure, loading } from './parts/states.js';
import { playableCodecs } from './player/codecs.js';
import { ConnectedPlayer } from './player/connected-player.js';
import { DeviceVolume } from './player/device-volume.js';
import { Grants } from './player/grants.js';
import { KnownItems } from './player/known-items.js';
import { connectMediaSession } from './player/media-session.js';
import { Player } from './player/player.js';
import { Queue } from './player/queue.js';
import { connectReports, storage } from './player/reports.js';
import { describeThisDevice } from './player/this-device.js';
import { Router } from './router.js';
import { findOffersNames, Session } from './session.js';
import { Settings } from './settings.js';
import { albumView, artistView, audiobookView, playlistView, showView } from './views/entities.js';
import { homeView } from './views/home.js';
import { playableView } from './views/playables.js';
import { searchView } from './views/search.js';
import { signInView } from './views/sign-in.js';

const NAME = 'Spotify.Serverless';
const main = document.getElementById('main');
const offersNames = await findOffersNames().catch(e => {
  replace(main, failure('Something is wrong', e.message, () => location.reload()));
  throw e;
});
const session = new Session(await Account.open(), offersNames);
await session.account.complete().catch(e => notify(e.message));
const settings = new Settings();
const api = new Api(session);
const catalog = new Catalog(api);
const audio = document.getElementById('audio');
const here = new Player(audio, new Queue(), new Grants(api, settings, playableCodecs(audio)), settings);
const { id, isFirst } = await claimDeviceId(deviceId(storage()), sessionStorage, navigator.locks);
const connect = new ConnectClient({
  deviceId: id, baseUrl: location.origin, token: rejected => session.token(rejected),
  describe: () => describeThisDevice(audio, settings),
});
const player = new ConnectedPlayer(here, connect, new KnownItems(catalog), settings);
const volume = new DeviceVolume(settings, player, connect);
const app = { catalog, notify, player, playEntity, session };
let pageTitle = '';
let connectedAs = null;

const router = new Router([
  ['/', homeView(app)],
  ['/search', searchView(app)],
  ['/album/:id', albumView(app)],
  ['/artist/:id', artistView(app)],
  ['/playlist/:id', playlistView(app)],
  ['/show/:id', showView(app)],
  ['/audiobook/:id', audiobookView(app)],
  ['/track/:id', playableView(app, 'track')],
  ['/episode/:id', playableView(app, 'episode')],
  ['/chapter/:id', playableView(app, 'chapter')],
  ['*', () => ({ title: 'Not found', content: failure('There is no such page', 'Check the address.') })],
], show);

const header = connectHeader(document.getElementById('top'), { router, session });
connectDeck(document.getElementById('deck'), document.getElementById('queue'), { player, settings, connect, volume });
connectKeyboard({ player, session, volume });
connectMediaSession(player);
connectReports(here, audio, api, session);
player.addEventListener('notice', event => notify(event.detail));
player.addEventListener('change', showTitle);
session.addEventListener('change', () => {
  if (!session.user) player.stop();
  followAccount();
  router.refresh();
});
addEventListener('pagehide', () => connect.leave());
addEventListener('pageshow', event => { if (event.persisted) followAccount(); });
addEventListener('online', () => connect.wake());
// Browsers limit the connections to a service over HTTP/1.1, so that hidden tabs do not keep theirs.
document.addEventListener('visibilitychange', () => {
  if (document.hidden && !isFirst && !connect.isActive) connect.leave();
  else followAccount();
});
followAccount();
router.refresh();

async function show({ load, path, signal, scroll, keepFocus }) {
  const samePage = main.dataset.path === path;
  main.dataset.path = path;
  main.setAttribute('aria-busy', 'true');
  header.showQuery();
  if (!session.user) {
    main.dataset.path = '';
    return render(signInView(session), { keepFocus: false });
  }

  // A page that only changes its query (search as you type) keeps its content until the new results are there.
  if (!samePage) replace(main, loading());
  let view;
  try {
    view = await load();
  } catch (e) {
    if (signal.aborted) return;
    view = { title: 'Something is wrong', content: errorContent(e) };
  }

  if (signal.aborted) return;
  render(view, { keepFocus });
  scrollTo(0, scroll);
}

function render({ title, content }, { keepFocus }) {
  pageTitle = title;
  showTitle();
  replace(main, content);
  main.setAttribute('aria-busy', 'false');
  if (!keepFocus) main.querySelector('h1')?.focus({ preventScroll: true });
}

function errorContent(error) {
  if (error.status === 404 || error.status === 400) {
    return failure('Not here', 'This item is not in the catalog, or you are not allowed to see it.');
  }

  if (error.status === undefined) console.error(error);
  const text = error.status === undefined ? 'The page could not be shown.' : error.message;
  return failure('Something is wrong', text, () => router.refresh());
}

function showTitle() {
  const { item, playWhenReady } = player;
  document.title = item && playWhenReady ? `${item.name}${item.byline ? ` · ${item.byline}` : ''}` : `${pageTitle} · ${NAME}`;
}

// Another account is another player.
function followAccount() {
  const name = session.user?.name ?? null;
  if (name !== connectedAs) connect.leave();
  connectedAs = name;
  if (name !== null) connect.start();
}

async function playEntity(kind, id) {
  try {
    await player.start(await catalog.listingOf(kind, id), undefined, `spotify:${kind}:${id}`);
  } catch (e) {
    notify(e.message);
  }
}
