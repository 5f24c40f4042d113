using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Local.Objects;

namespace Spotify.Local.Tests.Edge;

public sealed class DirectoryObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly string root = Path.Combine(Path.GetTempPath(), "spotify-objects-" + Guid.NewGuid().ToString("n"));
    private readonly DirectoryObjectStore store;

    public DirectoryObjectStoreTests() => store = new DirectoryObjectStore(root);

    protected override IObjectStore Store => store;

    private string[] Files =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root, path))];

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task An_object_is_a_file_of_the_same_name()
    {
        await WriteAsync("a/b.ogg", "x");
        Assert.Equal([Path.Combine("a", "b.ogg")], Files);
        Assert.Equal(Path.Combine(root, "a/b.ogg"), store.PathOf("a/b.ogg"));
    }

    [Theory]
    [MemberData(nameof(InvalidNames))]
    [InlineData(".partial")]
    [InlineData(".partial/x")]
    [InlineData(".PARTIAL/x")]
    public void Invalid_names_have_no_path(string name) => Assert.Null(store.PathOf(name));

    [Fact]
    public async Task Removes_partial_files_of_crashed_writes()
    {
        var leftover = Path.Combine(root, ".partial", "0123456789abcdef");
        await File.WriteAllTextAsync(leftover, "half");
        Assert.Empty(await NamesAsync(""));
        _ = new DirectoryObjectStore(root);
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task Keeps_the_partial_files_of_another_process()
    {
        var gate = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        var writing = store.WriteAsync("a", new GatedStream(started, gate), Ogg, default);
        await started.Task;
        _ = new DirectoryObjectStore(root);
        gate.SetResult();
        await writing;
        Assert.Equal("held", await ReadTextAsync("a"));
    }

    [Fact]
    public async Task Starting_stores_do_not_disturb_writers()
    {
        using var done = new CancellationTokenSource();
        var starting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested) _ = new DirectoryObjectStore(root);
        });
        for (var i = 0; i < 200; i++) await WriteAsync("a", $"{i}");
        await done.CancelAsync();
        await starting;
        Assert.Equal("199", await ReadTextAsync("a"));
    }

    [Fact]
    public async Task Failed_and_refused_writes_leave_no_file()
    {
        await WriteAsync("a", "x");
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("b", Text("x"), Ogg, canceled));
        await Store.WriteAsync("a", Text("y"), new("x/y", OnlyIfAbsent: true), default);
        await Assert.ThrowsAsync<IOException>(() => WriteAsync("a/b", "below a file"));
        await WriteAsync("c/d", "x");
        await Assert.ThrowsAsync<IOException>(() => WriteAsync("c", "in place of a directory"));
        Assert.Equal(["a", Path.Combine("c", "d")], Files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Leaves_no_empty_directories()
    {
        await WriteAsync("a/b/c/d", "x");
        await WriteAsync("a/e", "x");
        await Store.DeleteAsync("a/b/c/d", default);
        var directories = Directory.EnumerateDirectories(root).Where(path => Path.GetFileName(path) != ".partial");
        Assert.Equal([Path.Combine(root, "a")], directories);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(root, "a")));
    }

    [Fact]
    public async Task A_range_at_the_end_is_empty()
    {
        await WriteAsync("a", "0123456789");
        Assert.Empty(await ReadAsync("a", new ObjectRange(10, null)));
    }

    [Fact]
    public async Task Streams_can_seek_within_their_range()
    {
        await WriteAsync("a", "0123456789");
        await using var stream = await Store.OpenReadAsync("a", new ObjectRange(2, 6), default);
        Assert.Equal(6, stream.Length);
        stream.Seek(-2, SeekOrigin.End);
        Assert.Equal('6', stream.ReadByte());
        stream.Position = 100;
        Assert.Equal(-1, stream.ReadByte());
    }

    private sealed class GatedStream(TaskCompletionSource started, TaskCompletionSource gate) : MemoryStream("held"u8.ToArray())
    {
        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            started.SetResult();
            await gate.Task;
            await base.CopyToAsync(destination, bufferSize, cancellationToken);
        }
    }
}
