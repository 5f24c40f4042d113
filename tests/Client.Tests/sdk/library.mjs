// The user's profile and saved items.
import assert from 'node:assert/strict';
import { api, ids, missing } from './client.mjs';

const me = await api.currentUser.profile();
assert.equal(me.id, 'ada');
assert.equal(me.country, 'SE');
assert.equal(me.product, 'premium');
assert.equal((await api.users.profile('ada')).display_name, me.display_name);

const { albums, audiobooks, episodes, shows, tracks } = api.currentUser;
const collections = [
  {
    save: () => albums.saveAlbums([ids.album]),
    list: () => albums.savedAlbums(10),
    has: (some) => albums.hasSavedAlbums(some),
    remove: () => albums.removeSavedAlbums([ids.album]),
    name: 'album',
  },
  {
    save: () => audiobooks.saveAudiobooks([ids.audiobook]),
    list: () => audiobooks.savedAudiobooks(10),
    has: (some) => audiobooks.hasSavedAudiobooks(some),
    remove: () => audiobooks.removeSavedAudiobooks([ids.audiobook]),
    name: 'audiobook',
  },
  {
    save: () => episodes.saveEpisodes([ids.episode]),
    list: () => episodes.savedEpisodes('SE', 10),
    has: (some) => episodes.hasSavedEpisodes(some),
    remove: () => episodes.removeSavedEpisodes([ids.episode]),
    name: 'episode',
  },
  {
    save: () => shows.saveShows([ids.show]),
    list: () => shows.savedShows(10),
    has: (some) => shows.hasSavedShow(some),
    remove: () => shows.removeSavedShows([ids.show], 'SE'),
    name: 'show',
  },
  {
    save: () => tracks.saveTracks([ids.track]),
    list: () => tracks.savedTracks(10, 0, 'SE'),
    has: (some) => tracks.hasSavedTracks(some),
    remove: () => tracks.removeSavedTracks([ids.track]),
    name: 'track',
  },
];

for (const { save, list, has, remove, name } of collections) {
  await save();
  await save();
  const page = await list();
  assert.equal(page.total, 1, name);
  assert.equal(page.items[0][name].id, ids[name]);
  assert.ok(Math.abs(Date.now() - Date.parse(page.items[0].added_at)) < 60_000);
  assert.deepEqual(await has([ids[name], missing]), [true, false]);
  await remove();
  assert.deepEqual(await has([ids[name]]), [false]);
  assert.equal((await list()).items.length, 0);
}

await assert.rejects(tracks.saveTracks(['not-an-id']), /400.*not-an-id/s);
