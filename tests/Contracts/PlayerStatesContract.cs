using System.Globalization;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="IPlayerStates"/> must pass. Each adapter has a derived class.</summary>
public abstract class PlayerStatesContract : IAsyncLifetime
{
    protected const string User = "listener";

    private static readonly DateTimeOffset SignedOut = new(2026, 12, 31, 12, 0, 1, TimeSpan.Zero);

    /// <summary>Ids that a store could take for something else than a name.</summary>
    public static TheoryData<string> OddIds { get; } =
    [
        "a/b", "/", "//", ".", "..", "__x__", "__id__", "a b", " ", "%2F", "%", "a.b", "a'b\"c`d", "[x]", "*", "#?&=", @"\",
        "~!@$^()+,;:|{}<>",
        "ada@example.com", "auth0|123", "Åsa", "日本語", "🎧", "👩‍🎤", "İ", "ß", new string('x', 200),
        string.Concat(Enumerable.Repeat("🎧", 64)),
    ];

    /// <summary>The store under test. Has no documents of <see cref="User"/> and of the ids of the tests.</summary>
    protected IPlayerStates States { get; private set; } = null!;

    /// <summary>Opens the store under test.</summary>
    protected abstract Task<IPlayerStates> OpenAsync();

    /// <summary>Closes the store under test.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => States = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [SkippableFact]
    public async Task A_listener_without_a_document_has_none_until_the_first_write()
    {
        Assert.Null(await States.ReadAsync(User, default));
        Assert.True(await States.TryWriteAsync(User, null, new PlayerDocument(1, State("first")), default));
        var document = await States.ReadAsync(User, default);
        Assert.Equal((1L, State("first")), (document!.Revision, document.State));
        Assert.Equal((DateTimeOffset.UnixEpoch, null), (document.ValidSince, document.Revocations));
    }

    [SkippableFact]
    public async Task A_write_replaces_the_document_that_was_read()
    {
        await WriteAsync(User, "first");
        var read = await States.ReadAsync(User, default);
        Assert.True(await States.TryWriteAsync(User, read, new PlayerDocument(2, State("second")), default));
        var document = await States.ReadAsync(User, default);
        Assert.Equal((2L, State("second")), (document!.Revision, document.State));
    }

    [SkippableFact]
    public async Task A_write_based_on_an_older_document_changes_nothing()
    {
        var first = await WriteAsync(User, "first");
        var second = await WriteAsync(User, "second");
        Assert.False(await States.TryWriteAsync(User, first, new PlayerDocument(2, State("stale")), default));
        Assert.Equal((2L, State("second")), Content(await States.ReadAsync(User, default)));
        Assert.True(await States.TryWriteAsync(User, second, new PlayerDocument(3, State("third")), default));
    }

    [SkippableFact]
    public async Task A_first_write_does_not_replace_a_document()
    {
        await WriteAsync(User, "first");
        Assert.False(await States.TryWriteAsync(User, null, new PlayerDocument(1, State("stale")), default));
        Assert.Equal((1L, State("first")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task A_write_that_is_repeated_does_not_succeed_twice()
    {
        var read = await WriteAsync(User, "first");
        var next = new PlayerDocument(2, State("second"));
        Assert.True(await States.TryWriteAsync(User, read, next, default));
        Assert.False(await States.TryWriteAsync(User, read, next, default));
        Assert.Equal((2L, State("second")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableTheory]
    [InlineData(null, 0)]
    [InlineData(null, 2)]
    [InlineData(null, -1)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(1, 0)]
    [InlineData(1, long.MaxValue)]
    public async Task A_revision_other_than_the_next_one_is_refused(int? basedOn, long revision)
    {
        var read = basedOn is null ? null : await WriteAsync(User, "first");
        await Assert.ThrowsAsync<ArgumentException>(
            () => States.TryWriteAsync(User, read, new PlayerDocument(revision, State("wrong")), default));
        Assert.Equal(read?.State, (await States.ReadAsync(User, default))?.State);
    }

    [SkippableFact]
    public async Task A_base_that_was_not_read_is_refused()
    {
        await WriteAsync(User, "first");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => States.TryWriteAsync(
            User, new PlayerDocument(1, State("first")), new PlayerDocument(2, State("second")), default));
        Assert.Equal("basedOn", error.ParamName);
        Assert.Equal((1L, State("first")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task States_up_to_the_maximum_size_are_stored_and_larger_ones_refused()
    {
        // Two bytes each in UTF-8.
        var largest = State(new string('ä', (IPlayerStates.MaxStateBytes - State("").Length) / 2));
        var read = await WriteAsync(User, "first");
        await Assert.ThrowsAsync<ArgumentException>(
            () => States.TryWriteAsync(User, read, new PlayerDocument(2, largest.Replace("}", "  }", StringComparison.Ordinal)), default));
        Assert.Equal((1L, State("first")), Content(await States.ReadAsync(User, default)));
        Assert.True(await States.TryWriteAsync(User, read, new PlayerDocument(2, largest), default));
        Assert.Equal((2L, largest), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task One_of_two_first_writes_at_once_succeeds() => Assert.Single(await AtOnceAsync(null, 1), written => written);

    [SkippableFact]
    public async Task One_of_two_writes_at_once_on_the_same_document_succeeds()
    {
        var read = await WriteAsync(User, "first");
        var written = await AtOnceAsync(read, 2);
        Assert.Single(written, succeeded => succeeded);
        Assert.Equal((2L, State($"writer {written.IndexOf(true)}")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task Increments_at_once_are_all_counted_and_each_has_a_revision_of_its_own()
    {
        const int count = 50;
        var revisions = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(IncrementAsync)));
        Assert.Equal(Enumerable.Range(1, count).Select(revision => (long)revision), revisions.Order());
        Assert.Equal((count, State($"{count}")), Content(await States.ReadAsync(User, default)));

        async Task<long> IncrementAsync()
        {
            while (true)
            {
                var read = await States.ReadAsync(User, default);
                var number = read is null ? 0 : int.Parse(read.State.Split('"')[3], CultureInfo.InvariantCulture);
                var next = new PlayerDocument((read?.Revision ?? 0) + 1, State($"{number + 1}"));
                if (await States.TryWriteAsync(User, read, next, default)) return next.Revision;
            }
        }
    }

    [SkippableFact]
    public async Task A_deleted_document_starts_again_at_revision_1()
    {
        await WriteAsync(User, "first");
        await WriteAsync(User, "second");
        await States.DeleteAsync(User, default);
        Assert.Null(await States.ReadAsync(User, default));
        Assert.True(await States.TryWriteAsync(User, null, new PlayerDocument(1, State("again")), default));
        Assert.Equal((1L, State("again")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task A_write_based_on_a_deleted_document_changes_nothing_even_at_the_same_revision()
    {
        var old = await WriteAsync(User, "old");
        await States.DeleteAsync(User, default);
        Assert.False(await States.TryWriteAsync(User, old, new PlayerDocument(2, State("stale")), default));
        Assert.Null(await States.ReadAsync(User, default));
        await WriteAsync(User, "again");
        Assert.False(await States.TryWriteAsync(User, old, new PlayerDocument(2, State("stale")), default));
        Assert.Equal((1L, State("again")), Content(await States.ReadAsync(User, default)));
    }

    [SkippableFact]
    public async Task Deleting_can_be_repeated()
    {
        await States.DeleteAsync(User, default);
        await WriteAsync(User, "first");
        await States.DeleteAsync(User, default);
        await States.DeleteAsync(User, default);
        Assert.Null(await States.ReadAsync(User, default));
    }

    [SkippableFact]
    public async Task The_time_of_valid_sign_ins_and_the_revocations_are_kept_as_written()
    {
        const string revocations = """[{"id":"family","at":1798718401}]""";
        var first = new PlayerDocument(1, State("first")) { ValidSince = SignedOut, Revocations = revocations };
        Assert.True(await States.TryWriteAsync(User, null, first, default));
        var read = await States.ReadAsync(User, default);
        Assert.Equal((SignedOut, revocations), (read!.ValidSince, read.Revocations));

        // Each document is replaced as a whole.
        var second = read with { Revision = 2, ValidSince = SignedOut.AddSeconds(1), Revocations = null };
        Assert.True(await States.TryWriteAsync(User, read, second, default));
        read = await States.ReadAsync(User, default);
        Assert.Equal((SignedOut.AddSeconds(1), null, State("first")), (read!.ValidSince, read.Revocations, read.State));
    }

    [SkippableTheory]
    [MemberData(nameof(OddIds))]
    public async Task Any_printable_text_is_an_id(string id)
    {
        Assert.Null(await States.ReadAsync(id, default));
        await WriteAsync(id, "first");
        await WriteAsync(id, "second");
        Assert.Equal((2L, State("second")), Content(await States.ReadAsync(id, default)));
        await States.DeleteAsync(id, default);
        Assert.Null(await States.ReadAsync(id, default));
    }

    [SkippableFact]
    public async Task Similar_ids_are_different_listeners()
    {
        string[] ids =
        [
            "ada", "Ada", "ada ", "a/da", "a%2Fda", "a%2fda", "ada/", "\u00E4da", "a\u0308da", "1", "01", "1e0", "__ada__", "_ada_",
        ];
        foreach (var id in ids) await WriteAsync(id, id);
        foreach (var id in ids) Assert.Equal((1L, State(id)), Content(await States.ReadAsync(id, default)));
        await States.DeleteAsync(ids[0], default);
        await WriteAsync(ids[1], "changed");
        Assert.Null(await States.ReadAsync(ids[0], default));
        foreach (var id in ids[2..]) Assert.Equal((1L, State(id)), Content(await States.ReadAsync(id, default)));
    }

    [SkippableFact]
    public async Task States_are_kept_to_the_letter()
    {
        const string state = """{ "b":1, "a":[ 1.0, null, true ], "text":"\u0000 \" ü 日本語 🎧", "big":9007199254740993 }""";
        Assert.True(await States.TryWriteAsync(User, null, new PlayerDocument(1, state), default));
        Assert.Equal(state, (await States.ReadAsync(User, default))!.State);
    }

    [SkippableFact]
    public async Task Calls_can_be_canceled()
    {
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => States.ReadAsync(User, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => States.TryWriteAsync(User, null, new PlayerDocument(1, State("first")), canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => States.DeleteAsync(User, canceled));
    }

    /// <summary>Returns a state with a text.</summary>
    protected static string State(string text) => $$"""{"text":"{{text}}"}""";

    /// <summary>Writes the next document of a listener and reads it.</summary>
    protected async Task<PlayerDocument> WriteAsync(string userId, string text)
    {
        var read = await States.ReadAsync(userId, default);
        Assert.True(await States.TryWriteAsync(userId, read, new PlayerDocument((read?.Revision ?? 0) + 1, State(text)), default));
        return (await States.ReadAsync(userId, default))!;
    }

    private static (long Revision, string State) Content(PlayerDocument? document)
    {
        Assert.NotNull(document);
        return (document.Revision, document.State);
    }

    private async Task<List<bool>> AtOnceAsync(PlayerDocument? read, long revision)
    {
        using var start = new Barrier(2);
        return [.. await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return States.TryWriteAsync(User, read, new PlayerDocument(revision, State($"writer {writer}")), default);
            },
            TaskCreationOptions.LongRunning).Unwrap()))];
    }
}
