using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Domain.Ports;
using Spotify.Licensing;
using Spotify.Local.Identity;

namespace Spotify.Browser.Tests;

/// <summary>
/// The reference client of offline listening in a browser, whose WebCrypto is another implementation than that of Node. Keys, licenses and
/// audio are in IndexedDB, which the keys enter and leave without being extractable.
/// </summary>
[Collection(PlayerTests.Name)]
public sealed class OfflineTests(PlayerFixture fixture)
{
    private const string Client =
        $$"""
        const { OfflineClient } = await import('/modules/offline/client.js');
        const database = await new Promise((resolve, reject) => {
            const opening = indexedDB.open('offline', 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore('values');
            opening.onsuccess = () => resolve(opening.result);
            opening.onerror = () => reject(opening.error);
        });
        const run = (mode, action) => new Promise((resolve, reject) => {
            const transaction = database.transaction('values', mode);
            const request = action(transaction.objectStore('values'));
            transaction.oncomplete = () => resolve(request.result);
            transaction.onabort = () => reject(transaction.error);
        });
        const store = {
            get: key => run('readonly', values => values.get(key)),
            set: (key, value) => run('readwrite', values => values.put(value, key)),
            delete: key => run('readwrite', values => values.delete(key)),
            keys: prefix => run('readonly', values => values.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
        };
        const client = (token, send) => new OfflineClient({
            account: 'ada', issuer: '{{LocalIdentity.Issuer}}', baseUrl: location.origin, store, token: async () => token, fetch: send,
        });
        """;

    [BrowserFact]
    public async Task A_browser_registers_downloads_and_plays_without_a_connection()
    {
        await using var player = await fixture.OpenAsync();
        var uri = await player.Page.EvaluateAsync<string>(
            $$"""
            async album => {
                {{Client}}
                const form = new URLSearchParams({ grant_type: 'client_credentials', user: 'ada', product: 'premium', country: 'SE' });
                const { access_token: token } = await (await fetch('/api/token', { method: 'POST', body: form })).json();
                const headers = { Authorization: `Bearer ${token}` };
                const { items } = await (await fetch(`/v1/albums/${album}/tracks`, { headers })).json();
                const online = client(token);
                await online.register({ name: 'Browser', type: 'computer' });
                let answer = await online.add([items[0].uri]);
                const end = Date.now() + 60_000;
                while (answer.licensed.length === 0) {
                    if (Date.now() >= end) throw new Error('The item is still pending.');
                    answer = await online.renew();
                }

                const failures = await online.download();
                if (failures.length > 0) throw failures[0].error;
                return items[0].uri;
            }
            """,
            PlayerCatalog.Album.Id);

        await player.Page.ReloadAsync();
        var played = await player.Page.EvaluateAsync<JsonElement>(
            $$"""
            async uri => {
                {{Client}}
                const offline = client('', async () => { throw new TypeError('offline'); });
                const track = await offline.open(uri);
                const hash = async bytes => Array.from(
                    new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), byte => byte.toString(16).padStart(2, '0')).join('');
                return {
                    object: track.item.object, all: await hash(await track.read(0, track.size)),
                    range: await hash(await track.read(100_000, 200_000)),
                };
            }
            """,
            uri);

        Assert.True(EncryptedAudio.TryParse(played.GetProperty("object").GetString()!, out var name, out _));
        using var plain = new MemoryStream();
        await using (var stored = await fixture.Server.Services.GetRequiredService<IObjectStore>().OpenReadAsync(name, null, default))
            await stored.CopyToAsync(plain);
        Assert.Equal(Hash(plain.ToArray()), played.GetProperty("all").GetString());
        Assert.Equal(Hash(plain.ToArray()[100_000..200_000]), played.GetProperty("range").GetString());
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
