/** Formats a time: 3:05 or 1:02:03. */
export function clock(seconds) {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0;
  const s = String(whole % 60).padStart(2, '0');
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** Formats a duration: 48 min or 2 h 5 min. */
export function length(milliseconds) {
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Formats a count: 1 track, 12 tracks. */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

/** Returns the year of a release date of any precision. */
export function year(date) {
  return (date ?? '').slice(0, 4);
}

/** Formats a release date in its own precision: 1999, June 2021 or 1 May 2020. */
export function date(text) {
  const [y, m, d] = (text ?? '').split('-').map(Number);
  if (!y) return '';
  if (!m) return String(y);
  const options = { day: d ? 'numeric' : undefined, month: 'long', year: 'numeric', timeZone: 'UTC' };
  return new Date(Date.UTC(y, m - 1, d || 1)).toLocaleDateString(undefined, options);
}

/** Joins the non-empty parts of a line. */
export function line(...parts) {
  return parts.filter(Boolean).join(' · ');
}
