using System.Net;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Playlists;

public sealed class PlaylistCoverTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    // The example in open-api.yml.
    private const string Example =
        "/9j/2wCEABoZGSccJz4lJT5CLy8vQkc9Ozs9R0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0cBHCcnMyYzPSYmPUc9Mj1HR0dE" +
        "REdHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR//dAAQAAf/uAA5BZG9iZQBkwAAAAAH/wAARCAABAAEDACIAAREBAhEB/8QA" +
        "SwABAQAAAAAAAAAAAAAAAAAAAAYBAQAAAAAAAAAAAAAAAAAAAAAQAQAAAAAAAAAAAAAAAAAAAAARAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwAAARECEQA/AJgA" +
        "H//Z";

    private readonly HttpClient ada = fixture.Ada;

    public static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    /// <summary>Returns the segments of a grayscale JPEG with a scan of a few bytes.</summary>
    public static byte[] Jpeg(
        int width, int height, byte frame = 0xC0, byte precision = 8, byte components = 1, byte sampling = 0x11, int scans = 1) =>
    [
        0xFF, 0xD8,
        0xFF, 0xE0, 0, 4, 1, 1,
        0xFF, frame, 0, (byte)(8 + (3 * components)), precision, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width,
        components,
        .. Enumerable.Range(1, components).SelectMany(component => new byte[] { (byte)component, sampling, 0 }),
        .. Enumerable.Repeat(new byte[] { 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56 }, scans)
            .SelectMany(scan => scan),
        0xFF, 0xD9,
    ];

    [Fact]
    public async Task A_cover_keeps_its_size_and_replaces_the_previous_one()
    {
        var id = await ada.CreateAsync();
        Assert.Equal("[]", (await ada.GetJsonAsync($"/v1/playlists/{id}/images")).ToJsonString());
        var first = await UploadAsync(id, Jpeg(320, 200));
        Assert.Equal(("320", "200"), (first.At("width"), first.At("height")));
        Assert.Equal(Jpeg(320, 200), await fixture.Server.Http.GetByteArrayAsync(first.At("url")));
        var second = await UploadAsync(id, Jpeg(64, 64, frame: 0xC2, components: 3, scans: 10));
        Assert.NotEqual(first.At("url"), second.At("url"));
        var playlist = await ada.GetJsonAsync($"/v1/playlists/{id}");
        Assert.Equal(second.ToJsonString(), playlist["images"]!.AsArray().Single()!.ToJsonString());
        Assert.Equal(
            second.ToJsonString(), (await ada.GetJsonAsync("/v1/me/playlists?limit=1"))["items"]![0]!["images"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task The_cover_in_the_example_of_the_API_description_is_accepted()
    {
        var id = await ada.CreateAsync();
        var cover = await UploadAsync(id, Convert.FromBase64String(Example));
        Assert.Equal(("1", "1"), (cover.At("width"), cover.At("height")));
    }

    [Fact]
    public async Task A_cover_has_up_to_256_KB_of_JPEG()
    {
        var id = await ada.CreateAsync();
        var head = Jpeg(10, 10)[..^2];
        await UploadAsync(id, [.. head, .. new byte[(256 << 10) - head.Length - 2], 0xFF, 0xD9]);
    }

    [Fact]
    public async Task Bytes_after_the_image_are_not_stored()
    {
        var id = await ada.CreateAsync();
        var cover = await UploadAsync(id, [.. Jpeg(10, 10), .. "<script>"u8]);
        Assert.Equal(Jpeg(10, 10), await fixture.Server.Http.GetByteArrayAsync(cover.At("url")));
    }

    [Fact]
    public async Task Invalid_and_large_images_are_rejected()
    {
        var id = await ada.CreateAsync();
        var good = Jpeg(64, 64);
        byte[][] pictures =
        [
            Jpeg(0, 64), Jpeg(64, 0), Jpeg(5000, 64), Jpeg(64, 65535), Jpeg(64, 64, frame: 0xC3), Jpeg(64, 64, frame: 0xC9),
            Jpeg(64, 64, precision: 12), Jpeg(64, 64, components: 4),
            Jpeg(64, 64, components: 0), Jpeg(64, 64, sampling: 0x51), Jpeg(64, 64, sampling: 0x10), Jpeg(64, 64, scans: 0),
            Jpeg(64, 64, frame: 0xC2, scans: 31),
            "GIF89a"u8.ToArray(), [0xFF, 0xD8], [0xFF, 0xD8, 0xFF, 0xD9], [.. good[..^2], .. good], [.. good[..8], .. good[19..]],
            .. Enumerable.Range(0, good.Length).Select(length => good[..length]),
        ];
        foreach (var picture in pictures) await (await PutAsync(id, Base64(picture))).ErrorAsync(HttpStatusCode.BadRequest);
        foreach (var text in new[] { "", "not base64", "data:image/jpeg;base64," + Base64(good) })
            await (await PutAsync(id, text)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await PutAsync(id, Base64(new byte[(256 << 10) + 1]))).ErrorAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("[]", (await ada.GetJsonAsync($"/v1/playlists/{id}/images")).ToJsonString());
    }

    private async Task<System.Text.Json.Nodes.JsonNode> UploadAsync(string id, byte[] picture)
    {
        using var response = await PutAsync(id, Base64(picture));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await ada.GetJsonAsync($"/v1/playlists/{id}/images")).AsArray().Single()!;
    }

    private Task<HttpResponseMessage> PutAsync(string id, string body) =>
        ada.PutAsync($"/v1/playlists/{id}/images", new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("image/jpeg")));
}
