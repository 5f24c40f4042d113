// The listener's players: devices, transfer, start, control, queue and state.
import assert from 'node:assert/strict';
import { SpotifyApi } from '@spotify/web-api-ts-sdk';
import { api, ids } from './client.mjs';

const { player } = api;
const album = `spotify:album:${ids.album}`;
const uris = ids.tracks.map((id) => `spotify:track:${id}`);
const register = (sdk, id, name) => sdk.makeRequest('PUT', `me/player/devices/${id}`, { name, type: 'speaker', volume_percent: 60 });
const playing = async () => (await player.getPlaybackState()).item.uri;
const queued = async () => (await player.getUsersQueue()).queue.map((item) => item.uri);

// Nothing was played, on no device.
assert.equal(await player.getPlaybackState(), null);
assert.equal(await player.getCurrentlyPlayingTrack(), null);
assert.deepEqual(await player.getAvailableDevices(), { devices: [] });
assert.deepEqual(await player.getUsersQueue(), { currently_playing: null, queue: [] });
const commands = {
  play: () => player.startResumePlayback(undefined, album),
  pause: () => player.pausePlayback(),
  next: () => player.skipToNext(),
  previous: () => player.skipToPrevious(),
  seek: () => player.seekToPosition(1000),
  repeat: () => player.setRepeatMode('track'),
  volume: () => player.setPlaybackVolume(10),
  shuffle: () => player.togglePlaybackShuffle(true),
  queue: () => player.addItemToPlaybackQueue(uris[0]),
};
for (const [name, command] of Object.entries(commands)) await assert.rejects(command(), /404.*NO_ACTIVE_DEVICE/s, name);

// Devices and a transfer.
await register(api, 'kitchen', 'Kitchen');
await register(api, 'bedroom', 'Bedroom');
const { devices } = await player.getAvailableDevices();
assert.deepEqual(devices.map((device) => [device.id, device.name, device.is_active, device.is_restricted, device.volume_percent]), [
  ['kitchen', 'Kitchen', false, false, 60], ['bedroom', 'Bedroom', false, false, 60],
]);
assert.equal(devices[0].type.toLowerCase(), 'speaker');
await player.transferPlayback(['kitchen'], false);
await assert.rejects(player.transferPlayback(['attic'], true), /404.*Device not found/s);
await assert.rejects(player.startResumePlayback('attic', album), /404.*Device not found/s);

// A context from its start, from an item and from a position.
await player.startResumePlayback('kitchen', album);
const state = await player.getPlaybackState('SE');
assert.deepEqual([state.device.id, state.device.is_active, state.is_playing, state.item.uri, state.context.uri, state.context.type],
  ['kitchen', true, true, uris[0], album, 'album']);
assert.deepEqual([state.repeat_state, state.shuffle_state, state.currently_playing_type], ['off', false, 'track']);
assert.ok(state.progress_ms >= 0 && state.progress_ms < 10_000 && Math.abs(Date.now() - state.timestamp) < 60_000);
assert.ok(state.item.name && state.item.artists[0].name && state.item.album.name);
const current = await player.getCurrentlyPlayingTrack('SE');
assert.deepEqual([current.item.uri, current.is_playing, current.context.uri], [uris[0], true, album]);
await player.startResumePlayback('kitchen', album, undefined, { uri: uris[3] });
assert.equal(await playing(), uris[3]);
await player.startResumePlayback('kitchen', album, undefined, { position: 2 });
assert.equal(await playing(), uris[2]);

// Items one by one.
await player.startResumePlayback('kitchen', undefined, uris.slice(0, 4), { position: 1 });
assert.deepEqual([await playing(), (await player.getPlaybackState()).context], [uris[1], null]);
assert.deepEqual((await queued()).slice(0, 2), uris.slice(2, 4));

// Next, previous, pause, resume, seek.
await player.skipToNext();
assert.equal(await playing(), uris[2]);
await player.skipToPrevious();
assert.equal(await playing(), uris[1]);
await player.pausePlayback();
await player.pausePlayback();
assert.equal((await player.getPlaybackState()).is_playing, false);
await player.seekToPosition(60_000);
assert.equal((await player.getPlaybackState()).progress_ms, 60_000);
await player.startResumePlayback('kitchen');
const resumed = await player.getPlaybackState();
assert.ok(resumed.is_playing && resumed.progress_ms >= 60_000 && resumed.progress_ms < 70_000);
await player.seekToPosition(0, 'kitchen');
assert.ok((await player.getPlaybackState()).progress_ms < 10_000);
await player.seekToPosition(100_000_000);
assert.equal(await playing(), uris[2]);

// Modes and volume.
for (const mode of ['track', 'context', 'off']) {
  await player.setRepeatMode(mode);
  assert.equal((await player.getPlaybackState()).repeat_state, mode);
}

await player.setPlaybackVolume(25);
assert.equal((await player.getPlaybackState()).device.volume_percent, 25);
await player.startResumePlayback('kitchen', album);
await player.togglePlaybackShuffle(true);
assert.equal((await player.getPlaybackState()).shuffle_state, true);
assert.deepEqual([await playing(), (await queued()).slice(0, uris.length - 1).sort()], [uris[0], uris.slice(1).sort()]);
await player.togglePlaybackShuffle(false);
assert.deepEqual((await queued()).slice(0, uris.length - 1), uris.slice(1));

// The queue comes before the context.
await player.addItemToPlaybackQueue(uris[5]);
await player.addItemToPlaybackQueue(uris[6], 'kitchen');
const queue = await player.getUsersQueue();
assert.equal(queue.currently_playing.uri, uris[0]);
assert.deepEqual(queue.queue.slice(0, 3).map((item) => item.uri), [uris[5], uris[6], uris[1]]);
assert.ok(queue.queue.every((item) => item.type === 'track' && item.name));
await player.skipToNext();
assert.equal(await playing(), uris[5]);

// A transfer keeps what is played; paused, it stays paused.
await player.transferPlayback(['bedroom'], true);
const moved = await player.getPlaybackState();
assert.deepEqual([moved.device.id, moved.is_playing, moved.item.uri], ['bedroom', true, uris[5]]);
await player.pausePlayback();
await player.transferPlayback(['kitchen'], false);
assert.equal((await player.getPlaybackState()).is_playing, false);

// Bad input, which changes nothing.
const before = await player.getPlaybackState();
for (const bad of [
  () => player.setPlaybackVolume(101),
  () => player.seekToPosition(-1),
  () => player.setRepeatMode('sometimes'),
  () => player.addItemToPlaybackQueue('spotify:album:x'),
  () => player.startResumePlayback('kitchen', 'spotify:nothing:x'),
  () => player.startResumePlayback('kitchen', album, uris),
]) await assert.rejects(bad(), /40[04]/);
const after = await player.getPlaybackState();
assert.deepEqual([after.item.uri, after.progress_ms, after.repeat_state, after.device.volume_percent],
  [before.item.uri, before.progress_ms, before.repeat_state, before.device.volume_percent]);

// Remote control needs Premium, reading does not.
const free = SpotifyApi.withAccessToken('client-tests', {
  access_token: ids.freeToken, token_type: 'Bearer', expires_in: 3600, refresh_token: '',
});
await register(free, 'radio', 'Radio');
assert.equal((await free.player.getAvailableDevices()).devices.length, 1);
await assert.rejects(free.player.startResumePlayback('radio', album), /403|PREMIUM_REQUIRED/);
await assert.rejects(free.player.transferPlayback(['radio'], true), /PREMIUM_REQUIRED/);
