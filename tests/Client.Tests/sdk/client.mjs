// The official client library, pointed at the host under test. Its base address is all that differs from an app's own use.
import { SpotifyApi } from '@spotify/web-api-ts-sdk';

SpotifyApi.rootUrl = process.env.API_URL;

export const api = SpotifyApi.withAccessToken('client-tests', {
  access_token: process.env.ACCESS_TOKEN,
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: '',
});

/** Ids of what the host has: one of each kind, by name. */
export const ids = JSON.parse(process.env.IDS);

/** A well-formed id of nothing. */
export const missing = '0000000000000000000000';
