using Google.Cloud.Firestore;
using Grpc.Core;
using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Google.Tests.LiveDocuments;

/// <summary>The contract of live documents on Firestore's emulator. The calls alternate between two adapters, like two instances.</summary>
public sealed class FirestorePlayerStatesTests : PlayerStatesContract
{
    private readonly string project = FirestoreClients.NewProject();

    [SkippableFact]
    public async Task The_fields_are_those_that_clients_and_rules_read()
    {
        const string revocations = """[{"id":"family","at":1798718401}]""";
        var signedOut = new DateTimeOffset(2026, 12, 31, 12, 0, 1, TimeSpan.Zero);
        var first = new PlayerDocument(1, State("first")) { ValidSince = signedOut, Revocations = revocations };
        Assert.True(await States.TryWriteAsync(User, null, first, default));
        Assert.Equal(
            new Dictionary<string, object>
            {
                ["revision"] = 1L, ["state"] = State("first"), ["valid_since"] = signedOut.ToUnixTimeSeconds(),
                ["revocations"] = revocations,
            },
            await FieldsAsync());

        Assert.True(await States.TryWriteAsync(
            User, await States.ReadAsync(User, default), first with { Revision = 2, Revocations = null }, default));
        Assert.Equal(["revision", "state", "valid_since"], (await FieldsAsync()).Keys.Order());
    }

    [SkippableFact]
    public async Task A_document_of_another_store_is_refused()
    {
        var read = await WriteAsync(User, "first") with { Version = 1L };
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => States.TryWriteAsync(User, read, new PlayerDocument(2, State("second")), default));
        Assert.Equal("basedOn", error.ParamName);
    }

    protected override async Task<IPlayerStates> OpenAsync()
    {
        Skip.If(FirestoreEmulator.Missing is not null, FirestoreEmulator.Missing);
        var host = (await FirestoreEmulator.GetAsync()).Host;
        var (one, other) = (FirestoreClients.States(project, host), FirestoreClients.States(project, host));
        await Task.WhenAll(one.OpenAsync(default), other.OpenAsync(default));
        return new TwoInstances(one, other);
    }

    protected override Task CloseAsync() => Task.CompletedTask;

    private async Task<Dictionary<string, object>> FieldsAsync()
    {
        var database = await new FirestoreDbBuilder
        {
            ProjectId = project,
            Endpoint = (await FirestoreEmulator.GetAsync()).Host,
            ChannelCredentials = ChannelCredentials.Insecure,
            Settings = Tokens.SettingsOf(Tokens.Owner),
        }.BuildAsync();
        return (await database.Document($"players/{User}").GetSnapshotAsync()).ToDictionary();
    }

    /// <summary>Two adapters that take turns.</summary>
    private sealed class TwoInstances(params IPlayerStates[] instances) : IPlayerStates
    {
        private int turns;

        private IPlayerStates Next => instances[(uint)Interlocked.Increment(ref turns) % instances.Length];

        public Task<PlayerDocument?> ReadAsync(string userId, CancellationToken ct) => Next.ReadAsync(userId, ct);

        public Task<bool> TryWriteAsync(string userId, PlayerDocument? basedOn, PlayerDocument document, CancellationToken ct) =>
            Next.TryWriteAsync(userId, basedOn, document, ct);

        public Task DeleteAsync(string userId, CancellationToken ct) => Next.DeleteAsync(userId, ct);
    }
}
