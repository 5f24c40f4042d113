// Personal playlists as ordinary playlists.
import assert from 'node:assert/strict';
import { api, ids } from './client.mjs';

const { playlists, currentUser } = api;
const listed = (await currentUser.playlists.playlists(50)).items;

/** Reads a generated playlist in all ways, and checks that it is like any other one. */
async function check(id, surface) {
  const playlist = await playlists.getPlaylist(id, 'SE');
  const { items, total } = await playlists.getPlaylistItems(id, 'SE', undefined, 50, 0);
  assert.equal(playlist.id, id);
  assert.equal(playlist.type, 'playlist');
  assert.equal(playlist.uri, `spotify:playlist:${id}`);
  assert.ok(playlist.name && playlist.snapshot_id && playlist.owner.id, surface);
  assert.equal(playlist.public, false);
  assert.ok(total > 0 && playlist.tracks.total === total, `${surface} has ${total} items`);
  assert.deepEqual(items.map((item) => item.track.id), playlist.tracks.items.slice(0, 50).map((item) => item.track.id));
  for (const { added_at: addedAt, track } of items) {
    assert.ok(Date.parse(addedAt) > 0);
    assert.equal(track.type, 'track');
    assert.ok(track.name && track.artists[0].name && track.album.name && track.is_playable !== false, `${surface}: ${track.id}`);
  }

  assert.equal(new Set(items.map((item) => item.track.id)).size, items.length, `${surface} repeats a track`);
  assert.equal(playlist.surface, surface);
  // A radio begins with the track that it is of.
  const picked = surface === 'radio' ? items.slice(1) : items;
  assert.ok(picked.every((item) => item.reason.type && item.reason.text), `${surface} has no reasons`);
  await assert.rejects(playlists.addItemsToPlaylist(id, [items[0].track.uri]), /403/);
  await assert.rejects(playlists.changePlaylistDetails(id, { name: 'Mine' }), /403/);
  return items;
}

for (const [surface, id] of Object.entries(ids.surfaces)) {
  await check(id, surface);
  assert.ok(listed.some((playlist) => playlist.id === id), `${surface} is not in the library`);
}

const repeated = await check(ids.surfaces['on-repeat'], 'on-repeat');
assert.ok(repeated.some((item) => item.track.id === ids.played));
assert.equal((await check(ids.radio, 'radio'))[0].track.id, ids.played);
const discovered = await check(ids.surfaces['discover-weekly'], 'discover-weekly');
assert.ok(!discovered.some((item) => item.track.id === ids.played));
assert.equal((await check(ids.surfaces['release-radar'], 'release-radar'))[0].track.name, 'Just released');

// Unfollowed, it is not in the library any more, but can still be opened.
const radar = ids.surfaces['release-radar'];
await currentUser.playlists.unfollow(radar);
assert.ok(!(await currentUser.playlists.playlists(50)).items.some((playlist) => playlist.id === radar));
assert.equal((await playlists.getPlaylist(radar)).id, radar);
await currentUser.playlists.follow(radar);
