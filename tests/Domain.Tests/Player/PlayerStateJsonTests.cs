using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Spotify.Domain.Ports;
using Spotify.Domain.Tests.Player.Model;
using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

public sealed class PlayerStateJsonTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    private static readonly PlayerState Full = new()
    {
        Devices =
        [
            new PlayerDevice("phone", "app", "Zoë’s <phone>", "smartphone", 40, Now, Now.AddMinutes(15))
            {
                IsPrivateSession = true,
                ItemTypes = ["track"],
                Codecs = ["flac", "ogg_vorbis"],
            },
            new PlayerDevice("speaker", null, "Speaker", "speaker", null, Now, Now.AddMinutes(5)) { IsRestricted = true },
        ],
        ActiveDeviceId = "phone",
        Context = new PlayContext("spotify:playlist:37i9dQZF1DXcBWIGoYBM5M", "playlist"),
        Item = new PlayerItem("4", "spotify:track:4iV5W9uYEdYUVa79Axb7Rh", 200_000, ItemSource.Context, "a1"),
        Position = new PlayerPosition(Now, 1_234, true),
        Repeat = RepeatMode.Context,
        ShuffleSeed = ShuffleOrder.MaxSeed,
        ShuffleStart = "a0",
        Previous = [new PlayerItem("1", "spotify:track:1301WleyT98MSxVHPZCA6M", 100_000, ItemSource.Queue)],
        Queue = [new PlayerItem("5", "spotify:track:1301WleyT98MSxVHPZCA6M", 100_000, ItemSource.Queue)],
        Next = [new PlayerItem("6", "spotify:track:1301WleyT98MSxVHPZCA6M", 100_000, ItemSource.Autoplay)],
        NextIsComplete = true,
        Autoplay = AutoplayState.Done,
        AutoplayUid = "3",
        ContextKey = "a1",
        Commands = [new DeviceCommand(11, "speaker", DeviceCommand.Stop, Now)],
        Skips = [Now.AddMinutes(-3), Now],
        NextUid = 7,
    };

    [Fact]
    public void The_JSON_is_the_object_that_clients_read() => Assert.Equal(
        """
        {
          "revision": 12,
          "devices": [
            {
              "id": "phone",
              "name": "Zoë’s <phone>",
              "type": "smartphone",
              "volume_percent": 40,
              "supports_volume": true,
              "is_restricted": false,
              "is_private_session": true,
              "item_types": [
                "track"
              ],
              "codecs": [
                "flac",
                "ogg_vorbis"
              ],
              "client_id": "app",
              "seen_at": 1800000000123,
              "lease_ends_at": 1800000900123
            },
            {
              "id": "speaker",
              "name": "Speaker",
              "type": "speaker",
              "supports_volume": false,
              "is_restricted": true,
              "is_private_session": false,
              "item_types": [
                "track",
                "episode",
                "chapter"
              ],
              "codecs": [],
              "seen_at": 1800000000123,
              "lease_ends_at": 1800000300123
            }
          ],
          "active_device_id": "phone",
          "context": {
            "type": "playlist",
            "uri": "spotify:playlist:37i9dQZF1DXcBWIGoYBM5M"
          },
          "item": {
            "uid": "4",
            "uri": "spotify:track:4iV5W9uYEdYUVa79Axb7Rh",
            "duration_ms": 200000,
            "source": "context",
            "key": "a1"
          },
          "timestamp": 1800000000123,
          "progress_ms": 1234,
          "is_playing": true,
          "repeat_state": "context",
          "shuffle_state": true,
          "shuffle_seed": 9007199254740991,
          "shuffle_start": "a0",
          "previous": [
            {
              "uid": "1",
              "uri": "spotify:track:1301WleyT98MSxVHPZCA6M",
              "duration_ms": 100000,
              "source": "queue"
            }
          ],
          "queue": [
            {
              "uid": "5",
              "uri": "spotify:track:1301WleyT98MSxVHPZCA6M",
              "duration_ms": 100000,
              "source": "queue"
            }
          ],
          "next": [
            {
              "uid": "6",
              "uri": "spotify:track:1301WleyT98MSxVHPZCA6M",
              "duration_ms": 100000,
              "source": "autoplay"
            }
          ],
          "next_is_complete": true,
          "autoplay": "done",
          "autoplay_uid": "3",
          "context_key": "a1",
          "commands": [
            {
              "revision": 11,
              "device_id": "speaker",
              "type": "stop",
              "issued_at": 1800000000123
            }
          ],
          "skips": [
            1799999820123,
            1800000000123
          ],
          "next_uid": 7
        }
        """,
        JsonNode.Parse(PlayerStateJson.Serialize(Full, 12))!.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }));

    [Fact]
    public void Parsing_is_the_inverse() =>
        Assert.Equivalent(Full, PlayerStateJson.Parse(PlayerStateJson.Serialize(Full, 12)), strict: true);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"item\":null,\"devices\":null,\"skips\":null}")]
    [InlineData("{\"devices\":\"x\"}")]
    [InlineData("{\"devices\":[null,{},{\"name\":\"x\"}],\"item\":{\"uri\":\"x\"},\"next\":[null,{}],\"commands\":[null,{}]}")]
    [InlineData("{\"active_device_id\":\"gone\",\"is_playing\":true,\"progress_ms\":5}")]
    [InlineData("{\"repeat_state\":\"forever\",\"autoplay\":\"CONTEXT\",\"unknown\":{\"a\":[1]}}")]
    [InlineData("{\"shuffle_seed\":-1,\"shuffle_start\":\"k\"}")]
    [InlineData("{\"context\":{\"type\":\"album\"}}")]
    [InlineData("{\"progress_ms\":1e400}")]
    public void An_invalid_or_partial_document_is_an_empty_state(string json) =>
        Assert.Equivalent(PlayerState.Empty, PlayerStateJson.Parse(json), strict: true);

    [Theory]
    [InlineData("{}", true)]
    [InlineData("{\"unknown\":[1],\"item\":null,\"repeat_state\":\"forever\"}", true)]
    [InlineData("", false)]
    [InlineData("null", false)]
    [InlineData("[]", false)]
    [InlineData("7", false)]
    [InlineData("{\"devices\":[]", false)]
    [InlineData("{\"devices\":\"x\"}", false)]
    [InlineData("{\"progress_ms\":1e400}", false)]
    [InlineData("{\"progress_ms\":1e400,\"item\":7,\"item\":7}", false)]
    public void Parsing_tells_whether_all_could_be_read(string json, bool isRead)
    {
        Assert.Equal(isRead, PlayerStateJson.TryParse(json, out var state));
        Assert.Equivalent(PlayerState.Empty, state, strict: true);
    }

    [Fact]
    public void A_member_of_a_wrong_type_loses_this_member_only()
    {
        foreach (var (name, _) in JsonNode.Parse(PlayerStateJson.Serialize(Full, 12))!.AsObject())
        {
            var json = JsonNode.Parse(PlayerStateJson.Serialize(Full, 12))!.AsObject();
            json.Remove(name);
            var missing = PlayerStateJson.Parse(json.ToJsonString());
            foreach (var wrong in new[] { "[[]]", "[1,\"x\"]" })
            {
                json[name] = JsonNode.Parse(wrong);
                Assert.False(PlayerStateJson.TryParse(json.ToJsonString(), out var state), name);
                Assert.Equivalent(missing, state, strict: true);
            }
        }
    }

    [Fact]
    public void Next_items_that_cannot_be_read_are_read_again_from_the_context()
    {
        var json = JsonNode.Parse(PlayerStateJson.Serialize(Full, 12))!.AsObject();
        json["next"] = 7;
        Assert.True(PlayerStateJson.Parse(json.ToJsonString()).NeedsNext);
    }

    [Fact]
    public void Values_out_of_range_are_cut()
    {
        var state = PlayerStateJson.Parse(
            $$"""
            {"devices":[{"id":"a","volume_percent":900,"seen_at":{{long.MaxValue}},"lease_ends_at":{{long.MinValue}}},{"id":"a"}],
             "item":{"uid":"{{long.MaxValue}}","uri":"u","duration_ms":-5,"source":"nowhere"},"timestamp":{{long.MinValue}},
             "progress_ms":{{long.MaxValue}},"is_playing":true,"active_device_id":"a","next_uid":-7,
             "queue":[{"uid":"8","uri":"u","duration_ms":1},{"uid":"8","uri":"v"}],"commands":[{"device_id":"b","type":"stop"}],
             "skips":[{{long.MaxValue}}]}
            """);
        Invariants.Hold(state with { Item = state.Item! with { Uid = "1" } });
        Assert.Equal((100, 9L, ItemSource.Context), (state.Devices.Single().Volume, state.NextUid, state.Item.Source));
        Assert.Equal("u", Assert.Single(state.Queue).Uri);
        Assert.Equal(0, state.PositionAt(DateTimeOffset.MaxValue));
        Assert.NotEmpty(PlayerStateJson.Serialize(state.WithoutExpired(Now), long.MaxValue));
    }

    [Fact]
    public void Long_lists_are_cut()
    {
        static JsonArray Many(Func<int, JsonObject> entry) => [.. Enumerable.Range(0, 1000).Select(i => (JsonNode)entry(i))];
        var (number, json) = (0, new JsonObject());
        json["devices"] = Many(i => new JsonObject { ["id"] = $"d{i}" });
        foreach (var list in new[] { "previous", "queue", "next" })
            json[list] = Many(i => new JsonObject { ["uid"] = $"{number++}", ["uri"] = $"u{i}" });
        json["list"] = Many(i => new JsonObject { ["uri"] = $"u{i}" });
        json["commands"] = Many(i => new JsonObject { ["device_id"] = "d1", ["type"] = $"t{i}" });
        json["skips"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(i => (JsonNode)i)]);
        json["next_is_complete"] = true;
        var state = PlayerStateJson.Parse(json.ToJsonString());
        Invariants.Hold(state);
        Assert.Equal((20, 50, 250, 100, 500, 220, 30), (
            state.Devices.Count, state.Previous.Count, state.Queue.Count, state.Next.Count, state.List.Count, state.Commands.Count,
            state.Skips.Count));
        Assert.Equal("u999", state.Previous[^1].Uri);
        Assert.False(state.NextIsComplete);
    }

    [Fact]
    public void Damaged_documents_are_valid_states() => Prop.ForAll<List<(ushort Place, byte Value)>>(damages =>
    {
        var bytes = Encoding.UTF8.GetBytes(PlayerStateJson.Serialize(Full, 12));
        foreach (var (place, value) in damages.Take(5)) bytes[place % bytes.Length] = value;
        var state = PlayerStateJson.Parse(Encoding.UTF8.GetString(bytes));
        Assert.InRange(state.PositionAt(Now), 0, state.Item?.DurationMs ?? 0);
        PlayerStateJson.Serialize(state.Advance(AdvanceReason.Ended, Now).State.Back(Now).State, 13);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void The_largest_state_fits_into_a_document()
    {
        var key = new string('z', 64);
        PlayerItem Item(int uid, ItemSource source) => new(
            $"{uid + 1_000_000_000}", $"spotify:episode:{uid:D22}", 36_000_000, source, source == ItemSource.Context ? key + uid : null);
        var state = new PlayerState
        {
            Devices =
            [
                .. Enumerable.Range(0, PlayerLimits.MaxDevices).Select(i => new PlayerDevice(
                    $"{i:D64}", new string('c', 32), new string('Ж', 100), "game_console", 100, Now, Now)
                {
                    Codecs = [.. Enumerable.Repeat("ogg_vorbis", 16)],
                }),
            ],
            List =
            [
                .. Enumerable.Range(0, PlayerLimits.MaxUris)
                    .Select(i => new ContextItem($"{i}", $"spotify:episode:{i:D22}", 36_000_000, $"{i:D22}")),
            ],
            Item = Item(0, ItemSource.Context),
            Previous = [.. Enumerable.Range(100, PlayerLimits.MaxPrevious).Select(i => Item(i, ItemSource.Context))],
            Queue = [.. Enumerable.Range(200, PlayerLimits.MaxQueueAfterBack).Select(i => Item(i, ItemSource.Queue))],
            Next = [.. Enumerable.Range(500, PlayerLimits.MaxNextAfterBack).Select(i => Item(i, ItemSource.Context))],
            Commands =
            [
                .. Enumerable.Range(0, PlayerLimits.MaxCommands)
                    .Select(i => new DeviceCommand(1_000_000_000 + i, $"{i % 20:D64}", DeviceCommand.Previous, Now)),
            ],
            Skips = [.. Enumerable.Repeat(Now, PlayerLimits.MaxSkips)],
        };
        Assert.InRange(Encoding.UTF8.GetByteCount(PlayerStateJson.Serialize(state, 1_000_000_000)), 100_000, IPlayerStates.MaxStateBytes);
    }
}
