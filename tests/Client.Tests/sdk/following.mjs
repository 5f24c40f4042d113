// Following artists and users.
import assert from 'node:assert/strict';
import { api, ids, missing } from './client.mjs';

const { currentUser } = api;
const before = (await api.artists.get(ids.artist)).followers.total;
await currentUser.followArtistsOrUsers([ids.artist, ids.otherArtist], 'artist');
await currentUser.followArtistsOrUsers(['bob'], 'user');
assert.deepEqual(await currentUser.followsArtistsOrUsers([ids.artist, missing], 'artist'), [true, false]);
assert.deepEqual(await currentUser.followsArtistsOrUsers(['bob', 'ada'], 'user'), [true, false]);
assert.equal((await api.artists.get(ids.artist)).followers.total, before + 1);
assert.equal((await api.users.profile('bob')).followers.total, 1);

const shown = [];
for (let after; ;) {
  const { artists } = await currentUser.followedArtists(after, 1);
  shown.push(...artists.items.map((artist) => artist.id));
  assert.equal(artists.total, 2);
  if (artists.next === null) break;
  after = artists.cursors.after;
}
assert.deepEqual(shown, [ids.artist, ids.otherArtist]);

await currentUser.unfollowArtistsOrUsers([ids.artist, ids.otherArtist], 'artist');
await currentUser.unfollowArtistsOrUsers(['bob'], 'user');
assert.deepEqual(await currentUser.followsArtistsOrUsers([ids.artist, ids.otherArtist], 'artist'), [false, false]);
assert.equal((await api.artists.get(ids.artist)).followers.total, before);
