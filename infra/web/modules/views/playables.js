import { Listing } from '../catalog.js';
import { h } from '../dom.js';
import { date, length } from '../format.js';
import { artistLinks, entityHeader } from '../parts/entity-header.js';
import { trackList } from '../parts/track-list.js';

const kinds = { track: 'Track', episode: 'Episode', chapter: 'Chapter' };
const listTitles = { album: 'The album', show: 'The show', audiobook: 'The book' };

/** Creates the page of a track, episode or chapter: the item, and its album, show or audiobook. */
export function playableView(app, kind) {
  return async ({ params, signal }) => {
    const item = await app.catalog[kind](params.id, signal);
    const { parent } = item;
    const listing = parent ? await app.catalog.listingOf(parent.kind, parent.id) : Listing.of([item]);
    const contextUri = parent && `spotify:${parent.kind}:${parent.id}`;
    const index = listing.items.findIndex(other => other.uri === item.uri);
    const play = () => (index >= 0 ? app.player.start(listing, index, contextUri) : app.player.start(Listing.of([item]), 0));
    return {
      title: item.byline ? `${item.name} · ${item.byline}` : item.name,
      content: h('article', { class: 'page' },
        entityHeader({
          kind: kinds[kind],
          name: item.name,
          id: parent?.id ?? item.id,
          images: item.images,
          about: [
            artistLinks(item.artists),
            parent && h('a', { href: `/${parent.kind}/${encodeURIComponent(parent.id)}` }, parent.name),
            date(item.releaseDate),
            length(item.durationMs),
            item.explicit && 'Explicit',
          ],
          description: item.description,
          restriction: item.restriction,
          play,
        }),
        parent && h('section', null,
          h('h2', { class: 'shelf-title' }, listTitles[parent.kind]),
          trackList(listing, {
            app, signal, label: listTitles[parent.kind], contextUri, numbers: parent.kind === 'show' ? 'position' : 'number',
          }))),
    };
  };
}
