using Spotify.Recommendations.Publishing;

namespace Spotify.Recommendations.Tests.Publishing;

public sealed class SectionFileTests : IDisposable
{
    private static readonly SectionFormat Format = new("tests", 3);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void Sections_are_read_as_they_were_written()
    {
        var path = Write(writer =>
        {
            writer.Write("floats", (ReadOnlySpan<float>)[1.5f, float.NaN, -0f]);
            writer.Write("none", ReadOnlySpan<long>.Empty);
            writer.Begin("parts");
            for (short part = 0; part < 1000; part++) writer.Append((ReadOnlySpan<short>)[part]);
            writer.Write("ids", (ReadOnlySpan<UInt128>)[UInt128.MaxValue, 7]);
        });
        using var file = SectionFile.Open(path, Format);
        Assert.Equal(["floats", "ids", "none", "parts"], file.Sections.Order());
        Assert.Equal([1.5f, float.NaN, -0f], file.Read<float>("floats").ToArray());
        Assert.Equal(0, file.Read<long>("none").Length);
        Assert.Equal(0, file.ReadMemory<long>("none").Length);
        Assert.Equal(Enumerable.Range(0, 1000).Select(part => (short)part), file.ReadMemory<short>("parts").ToArray());
        Assert.Equal([UInt128.MaxValue, 7], file.Read<UInt128>("ids").ToArray());
    }

    [Fact]
    public void Sections_are_aligned_and_equal_contents_are_equal_files()
    {
        var (one, two) = (Write(Sample), Write(Sample));
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
        using var file = SectionFile.Open(one, Format);
        foreach (var section in file.Sections)
        {
            using var pin = file.ReadMemory<byte>(section).Pin();
            unsafe
            {
                Assert.Equal(0, (nint)pin.Pointer % 64);
            }
        }
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_enough()
    {
        using var memory = new MemoryStream();
        using (var forward = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionLevel.NoCompression, true))
        {
            var writer = new SectionWriter(forward, Format);
            Sample(writer);
            writer.Complete();
        }

        memory.Position = 0;
        using var plain = new System.IO.Compression.GZipStream(memory, System.IO.Compression.CompressionMode.Decompress);
        using var copy = new MemoryStream();
        plain.CopyTo(copy);
        Assert.Equal(File.ReadAllBytes(Write(Sample)), copy.ToArray());
    }

    [Fact]
    public void A_flipped_bit_in_any_byte_is_detected()
    {
        var path = Write(Sample);
        var intact = File.ReadAllBytes(path);
        for (var i = 0; i < intact.Length; i++)
        {
            var damaged = intact.ToArray();
            damaged[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, damaged);
            var error = Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format));
            Assert.StartsWith(path, error.Message);
        }
    }

    [Fact]
    public void Every_truncation_is_detected()
    {
        var path = Write(Sample);
        var intact = File.ReadAllBytes(path);
        for (var length = 0; length < intact.Length; length++)
        {
            File.WriteAllBytes(path, intact[..length]);
            Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format)).Message);
        }

        File.WriteAllBytes(path, [.. intact, 0]);
        Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format));
    }

    [Fact]
    public void Errors_name_the_section()
    {
        var path = Write(Sample);
        var bytes = File.ReadAllBytes(path);
        bytes[64 + 64 + 1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(
            $"{path}: the section 'two' is damaged.", Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format)).Message);

        using var file = SectionFile.Open(Write(Sample), Format);
        Assert.Contains("'three' is missing", Assert.Throws<InvalidDataException>(() => file.Read<int>("three").Length).Message);
        Assert.Contains("'one' has 5 bytes", Assert.Throws<InvalidDataException>(() => file.Read<int>("one").Length).Message);
    }

    [Fact]
    public void Another_version_is_not_supported_and_another_kind_is_invalid()
    {
        var path = Write(Sample);
        var error = Assert.Throws<NotSupportedException>(() => SectionFile.Open(path, Format with { Version = 2 }));
        Assert.Equal($"{path}: 'tests' has version 3; 2 is supported.", error.Message);
        Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format with { Kind = "other" }));
        Assert.Throws<FileNotFoundException>(() => SectionFile.Open(path + "x", Format));
    }

    [Fact]
    public void A_file_that_was_not_completed_is_rejected()
    {
        var path = Path.Combine(directory.FullName, "incomplete");
        using (var stream = File.Create(path)) Sample(new SectionWriter(stream, Format));
        Assert.Throws<InvalidDataException>(() => SectionFile.Open(path, Format));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ä")]
    [InlineData("a b")]
    [InlineData("123456789012345678901234567890123")]
    [InlineData("one")]
    public void Names_are_short_and_unique(string name)
    {
        var writer = new SectionWriter(Stream.Null, Format);
        writer.Begin("one");
        Assert.Throws<ArgumentException>(() => writer.Begin(name));
        Assert.Throws<ArgumentException>(() => new SectionWriter(Stream.Null, new SectionFormat("", 1)));
    }

    [Fact]
    public void The_memory_of_a_closed_file_is_not_given_out()
    {
        var file = SectionFile.Open(Write(Sample), Format);
        var memory = file.ReadMemory<int>("two");
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => file.Read<int>("two").Length);
    }

    private static void Sample(SectionWriter writer)
    {
        writer.Write("one", "hello"u8);
        writer.Write("two", (ReadOnlySpan<int>)[1, 2]);
    }

    private string Write(Action<SectionWriter> write)
    {
        var path = Path.Combine(directory.FullName, Guid.NewGuid().ToString("n"));
        using var stream = File.Create(path);
        var writer = new SectionWriter(stream, Format);
        write(writer);
        writer.Complete();
        return path;
    }
}
