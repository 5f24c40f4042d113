/** Shows the current item on lock screens and in media controls, and handles their buttons and media keys. */
export function connectMediaSession(player) {
  const session = navigator.mediaSession;
  if (!session) return;

  const actions = {
    play: () => player.play(),
    pause: () => player.pause(),
    stop: () => player.pause(),
    previoustrack: () => player.previous(),
    nexttrack: () => player.next(),
    seekbackward: details => player.seek(player.position - (details.seekOffset ?? 10)),
    seekforward: details => player.seek(player.position + (details.seekOffset ?? 10)),
    seekto: details => player.seek(details.seekTime),
  };
  for (const [action, handler] of Object.entries(actions)) {
    try {
      session.setActionHandler(action, handler);
    } catch {
      // The browser does not support this action.
    }
  }

  let shown = null;
  player.addEventListener('change', () => {
    if (player.item !== shown) {
      shown = player.item;
      session.metadata = shown && new MediaMetadata({
        title: shown.name,
        artist: shown.byline,
        album: shown.parent?.name ?? '',
        artwork: shown.images.map(image => ({ src: image.url, sizes: `${image.width}x${image.height}` })),
      });
    }

    session.playbackState = player.item ? (player.playWhenReady ? 'playing' : 'paused') : 'none';
    updatePosition();
  });
  player.addEventListener('time', updatePosition);

  function updatePosition() {
    const { duration, position } = player;
    if (!player.item || !(duration > 0)) return;
    session.setPositionState?.({ duration, position: Math.min(position, duration), playbackRate: 1 });
  }
}
