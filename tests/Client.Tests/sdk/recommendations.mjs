// Recommendations from seeds, genre seeds, audio features, related artists, and playlists made on demand.
import assert from 'node:assert/strict';
import { api, ids, missing } from './client.mjs';

const { genres } = await api.recommendations.genreSeeds();
assert.deepEqual([...genres].sort(), ['jazz', 'rock']);

const { tracks, seeds } = await api.recommendations.get({ seed_tracks: [ids.played], limit: 10, market: 'SE' });
assert.ok(tracks.length > 0 && tracks.length <= 10);
assert.ok(tracks.every((track) => track.type === 'track' && track.id !== ids.played && track.album.name && track.artists[0].name));
assert.deepEqual(seeds.map((seed) => [seed.id, seed.type.toLowerCase()]), [[ids.played, 'track']]);

const slow = await api.recommendations.get({
  seed_genres: ['rock'], seed_artists: [ids.artist], max_tempo: 120, target_energy: 0.2, limit: 20,
});
const features = await api.tracks.audioFeatures(slow.tracks.map((track) => track.id));
assert.ok(features.length > 0 && features.every((one) => one.tempo <= 120), JSON.stringify(features.map((one) => one.tempo)));
await assert.rejects(api.recommendations.get({ limit: 10 }), /400/);

const one = await api.tracks.audioFeatures(ids.played);
assert.deepEqual([one.id, one.type, one.uri], [ids.played, 'audio_features', `spotify:track:${ids.played}`]);

const { artists } = await api.artists.relatedArtists(ids.artist);
assert.ok(artists.length > 0 && artists.length <= 20);
assert.ok(artists.every((artist) => artist.type === 'artist' && artist.id !== ids.artist));
assert.ok(artists[0].name.startsWith('jazz'), artists.map((artist) => artist.name).join());
await assert.rejects(api.artists.relatedArtists(missing), /404/);

// A playlist from a prompt is the listener's own.
const prompted = await api.makeRequest('POST', 'me/playlists/prompted', { prompt: 'calm jazz' });
assert.equal((await api.playlists.getPlaylist(prompted.id)).owner.id, 'ada');
const { items } = await api.playlists.getPlaylistItems(prompted.id, 'SE', undefined, 50, 0);
assert.ok(items.length > 0 && items.every((item) => item.track.artists[0].name.startsWith('jazz')));
await api.playlists.changePlaylistDetails(prompted.id, { name: 'Evening' });
await api.playlists.removeItemsFromPlaylist(prompted.id, { tracks: [{ uri: items[0].track.uri }] });
assert.equal((await api.playlists.getPlaylist(prompted.id)).tracks.total, items.length - 1);
