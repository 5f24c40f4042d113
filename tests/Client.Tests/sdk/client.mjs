// The official client library, with the base address of the host under test.
import { SpotifyApi } from '@spotify/web-api-ts-sdk';

SpotifyApi.rootUrl = process.env.API_URL;

export const api = SpotifyApi.withAccessToken('client-tests', {
  access_token: process.env.ACCESS_TOKEN,
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: '',
});

/** The ids of the entities of the host, by name. */
export const ids = JSON.parse(process.env.IDS);

/** A valid id that does not exist. */
export const missing = '0000000000000000000000';
