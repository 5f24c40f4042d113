// Entities by id, one or several, their contents, markets and search.
import assert from 'node:assert/strict';
import { api, ids, missing } from './client.mjs';

const track = await api.tracks.get(ids.track, 'SE');
assert.equal(track.name, 'Dawn');
assert.equal(track.album.name, 'Sunrise');
assert.equal(track.external_ids.isrc, 'SEABC2000001');
assert.deepEqual((await api.tracks.get([ids.track, missing])).map((one) => one?.id), [ids.track, undefined]);

const album = await api.albums.get(ids.album);
assert.deepEqual(album.tracks.items.map((one) => one.track_number), [1, 2, 3]);
assert.equal((await api.albums.get([ids.album]))[0].label, 'The Label');
const secondPage = await api.albums.tracks(ids.album, 'SE', 2, 2);
assert.equal(secondPage.items.length, 1);
assert.equal(secondPage.next, null);

const artist = await api.artists.get(ids.artist);
assert.ok(artist.followers.total >= 1234);
assert.equal((await api.artists.get([ids.artist]))[0].id, ids.artist);
assert.deepEqual((await api.artists.albums(ids.artist, 'album,single', 'SE')).items.map((one) => one.album_group), ['album', 'single']);
assert.equal((await api.artists.topTracks(ids.artist, 'SE')).tracks[0].id, ids.track);

const show = await api.shows.get(ids.show, 'SE');
assert.equal(show.episodes.items[0].name, 'Finale');
assert.equal((await api.shows.get([ids.show], 'SE'))[0].publisher, 'The Publisher');
assert.equal((await api.shows.episodes(ids.show, 'SE', 1, 1)).items[0].id, ids.episode);

const episode = await api.episodes.get(ids.episode, 'SE');
assert.equal(episode.show.id, ids.show);
assert.equal((await api.episodes.get([ids.episode], 'SE'))[0].duration_ms, 1800000);

const audiobook = await api.audiobooks.get(ids.audiobook, 'SE');
assert.equal(audiobook.authors[0].name, 'An Author');
assert.equal((await api.audiobooks.get([ids.audiobook], 'SE'))[0].id, ids.audiobook);
assert.equal((await api.audiobooks.getAudiobookChapters(ids.audiobook, 'SE')).items[0].id, ids.chapter);

const chapter = await api.chapters.get(ids.chapter, 'SE');
assert.equal(chapter.audiobook.id, ids.audiobook);
assert.equal((await api.chapters.get([ids.chapter], 'SE'))[0].chapter_number, 0);

assert.ok((await api.markets.getAvailableMarkets()).markets.includes('SE'));

const found = await api.search('beyonce', ['artist', 'album', 'track', 'playlist', 'show', 'episode', 'audiobook'], 'SE', 5);
assert.equal(found.artists.items[0].id, ids.artist);
assert.equal(found.tracks.items[0].id, ids.track);

await assert.rejects(api.tracks.get(missing), /404/);
await assert.rejects(api.tracks.get('not-an-id'), /400/);
