// Creating, changing and reading the user's own playlists, and following another user's.
import assert from 'node:assert/strict';
import { api, ids, missing } from './client.mjs';

const { playlists, currentUser } = api;
const [first, second, episode] = [`spotify:track:${ids.track}`, `spotify:track:${ids.otherTrack}`, `spotify:episode:${ids.episode}`];

const created = await playlists.createPlaylist('ada', { name: 'Mornings', description: 'Slow ones', public: false });
assert.equal(created.name, 'Mornings');
assert.equal(created.owner.id, 'ada');
assert.equal(created.public, false);
assert.equal(created.tracks.total, 0);
const { id } = created;

await playlists.changePlaylistDetails(id, { name: 'Evenings', public: true });
const changed = await playlists.getPlaylist(id);
assert.deepEqual([changed.name, changed.description, changed.public], ['Evenings', 'Slow ones', true]);
assert.notEqual(changed.snapshot_id, created.snapshot_id);

const items = () => playlists.getPlaylistItems(id, 'SE', undefined, 50, 0, ['track', 'episode']);
const uris = async () => (await items()).items.map((item) => item.track.uri);
await playlists.addItemsToPlaylist(id, [first, second]);
await playlists.addItemsToPlaylist(id, [episode], 0);
assert.deepEqual(await uris(), [episode, first, second]);

const moved = await playlists.movePlaylistItems(id, 0, 2, 3);
assert.deepEqual(await uris(), [second, episode, first]);
assert.equal((await playlists.getPlaylist(id)).snapshot_id, moved.snapshot_id);

const page = await playlists.getPlaylistItems(id, 'SE', 'total,next,items(added_by.id,track(name))', 1, 2);
assert.deepEqual(page, { total: 3, next: null, items: [{ added_by: { id: 'ada' }, track: { name: 'Dawn' } }] });
const full = await playlists.getPlaylist(id, 'SE', undefined, ['track', 'episode']);
assert.deepEqual(full.tracks.items.map((item) => item.track.type), ['track', 'episode', 'track']);

await playlists.updatePlaylistItems(id, { uris: [first, second, first] });
assert.deepEqual(await uris(), [first, second, first]);
await playlists.removeItemsFromPlaylist(id, { tracks: [{ uri: first }] });
assert.deepEqual(await uris(), [second]);

assert.deepEqual(await playlists.getPlaylistCoverImage(id), []);
const pixel = Buffer.from('ffd8ffc0000b080001000101011100ffda0008010100003f0012ffd9', 'hex');
await playlists.addCustomPlaylistCoverImage(id, pixel);
const [cover] = await playlists.getPlaylistCoverImage(id);
assert.deepEqual([cover.width, cover.height], [1, 1]);
assert.deepEqual(Buffer.from(await (await fetch(cover.url)).arrayBuffer()), pixel);

const own = async () => (await currentUser.playlists.playlists(50)).items.map((playlist) => playlist.id);
await currentUser.playlists.follow(ids.playlist);
assert.deepEqual(await currentUser.playlists.isFollowing(ids.playlist, ['ada']), [true]);
assert.deepEqual(await own(), [ids.playlist, id]);
assert.equal((await playlists.getPlaylist(ids.playlist)).followers.total, 1);
await currentUser.playlists.unfollow(ids.playlist);
assert.deepEqual(await currentUser.playlists.isFollowing(ids.playlist, ['ada']), [false]);
assert.deepEqual(await own(), [id]);

assert.deepEqual((await playlists.getUsersPlaylists('bob', 10)).items.map((playlist) => playlist.id), [ids.playlist]);
assert.deepEqual((await playlists.getUsersPlaylists('ada', 10)).items.map((playlist) => playlist.name), ['Evenings']);

// Playlists are deleted by unfollowing one's own.
await currentUser.playlists.unfollow(id);
assert.deepEqual(await own(), []);

await assert.rejects(playlists.getPlaylist(missing), /404/);
await assert.rejects(playlists.changePlaylistDetails(ids.playlist, { name: 'Mine' }), /403/);
await assert.rejects(playlists.addItemsToPlaylist(id, ['spotify:track:x']), /400/);
