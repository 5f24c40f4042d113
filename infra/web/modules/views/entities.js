import { h } from '../dom.js';
import { count, date, length, year } from '../format.js';
import { albumKind, cardRow } from '../parts/cards.js';
import { artistLinks, entityHeader } from '../parts/entity-header.js';
import { empty } from '../parts/states.js';
import { trackList } from '../parts/track-list.js';

// Pages of entities that contain playable items.

export function albumView(app) {
  return async ({ params, signal }) => {
    const album = await app.catalog.album(params.id, signal);
    const { listing } = album;
    return page(album.name, listing, { app, signal, contextUri: album.uri, numbers: 'number' }, {
      ...album,
      kind: albumKind(album),
      about: [artistLinks(album.artists), year(album.release_date), count(listing.total, 'track'), listing.hasMore ? null : total(listing)],
      restriction: album.restrictions && everyRestricted(listing) ? 'Not available in your country' : null,
    }, h('footer', { class: 'copyrights' },
      h('p', null, date(album.release_date)),
      album.copyrights.map(({ text, type }) => h('p', null, `${type === 'P' ? '℗' : '©'} ${text}`))));
  };
}

export function playlistView(app) {
  return async ({ params, signal }) => {
    const playlist = await app.catalog.playlist(params.id, signal);
    const { listing } = playlist;
    const described = Boolean(playlist.surface);
    return page(playlist.name, listing, { app, signal, contextUri: playlist.uri, art: true, parent: true, described }, {
      ...playlist,
      kind: playlist.public ? 'Playlist' : 'Private playlist',
      about: [
        `by ${playlist.owner.display_name ?? playlist.owner.id}`,
        count(listing.total, 'track'),
        playlist.followers?.total > 0 && count(playlist.followers.total, 'follower'),
      ],
    });
  };
}

export function artistView(app) {
  return async ({ params, signal }) => {
    const artist = await app.catalog.artist(params.id, signal);
    const of = group => artist.albums.filter(album => album.album_group === group);
    return page(artist.name, artist.top, { app, signal, contextUri: artist.uri, art: true, parent: true, title: 'Popular' }, {
      ...artist,
      kind: 'Artist',
      round: true,
      about: [count(artist.followers.total, 'follower'), artist.genres.slice(0, 3).join(', ')],
      playLabel: 'Play popular',
    }, [
      cardRow('Albums', of('album'), app),
      cardRow('Singles', of('single'), app),
      cardRow('Compilations', of('compilation'), app),
      cardRow('Appears on', of('appears_on'), app),
    ]);
  };
}

export function showView(app) {
  return async ({ params, signal }) => {
    const show = await app.catalog.show(params.id, signal);
    return page(show.name, show.listing, { app, signal, contextUri: show.uri, described: true, title: 'Episodes' }, {
      ...show,
      kind: 'Show',
      about: [show.publisher, count(show.listing.total, 'episode')],
      playLabel: 'Play the latest',
    });
  };
}

export function audiobookView(app) {
  return async ({ params, signal }) => {
    const book = await app.catalog.audiobook(params.id, signal);
    return page(book.name, book.listing, { app, signal, contextUri: book.uri, numbers: 'number', title: 'Chapters' }, {
      ...book,
      kind: 'Audiobook',
      about: [
        book.authors.map(author => author.name).join(', '),
        book.narrators.length > 0 && `read by ${book.narrators.map(narrator => narrator.name).join(', ')}`,
        count(book.listing.total, 'chapter'),
        book.listing.hasMore ? null : total(book.listing),
      ],
    });
  };
}

function page(title, listing, { title: listTitle, ...options }, header, after) {
  const { app, contextUri } = options;
  const play = listing.items.length === 0 ? null : () => app.player.start(listing, undefined, contextUri);
  return {
    title,
    content: h('article', { class: 'page' },
      entityHeader({ ...header, play, restriction: header.restriction ?? null }),
      listTitle && listing.items.length > 0 && h('h2', { class: 'shelf-title' }, listTitle),
      listing.items.length > 0 ? trackList(listing, { ...options, label: listTitle ?? 'Tracks' }) : empty('Nothing to play here yet'),
      after),
  };
}

function total(listing) {
  return listing.items.length > 0 && length(listing.items.reduce((sum, item) => sum + item.durationMs, 0));
}

function everyRestricted(listing) {
  return listing.items.every(item => item.restriction);
}
