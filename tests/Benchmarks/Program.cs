using Spotify.Benchmarks;
using Spotify.Benchmarks.Als;
using Spotify.Benchmarks.Ann;
using Spotify.Benchmarks.ColdStart;
using Spotify.Benchmarks.Commits;
using Spotify.Benchmarks.Edge;
using Spotify.Benchmarks.FanOut;
using Spotify.Benchmarks.Generate;
using Spotify.Benchmarks.Import;
using Spotify.Benchmarks.Ingest;
using Spotify.Benchmarks.Licenses;
using Spotify.Benchmarks.Playback;
using Spotify.Benchmarks.Player;
using Spotify.Benchmarks.Playlists;
using Spotify.Benchmarks.Quality;
using Spotify.Benchmarks.Search;
using Spotify.Benchmarks.Surfaces;
using Spotify.Benchmarks.Tokens;

var arguments = args.Length > 1 ? args[1..] : [];
try
{
    return args.Length == 0 ? Usage() : args[0] switch
    {
        "als" => AlsBenchmark.Run(arguments),
        "ann" => AnnBenchmark.Run(arguments),
        "cold-start" => await ColdStartBenchmark.RunAsync(arguments),
        ColdStartBenchmark.BareCommand => await ColdStartBenchmark.ServeAsync(arguments),
        "commits" => await CommitsBenchmark.RunAsync(arguments),
        "dictionary" => await DictionaryBenchmark.RunAsync(arguments),
        "edge" => await EdgeBenchmark.RunAsync(arguments),
        "fan-out" => await FanOutBenchmark.RunAsync(arguments),
        "generate" => await GenerateBenchmark.RunAsync(arguments),
        "import" => await ImportBenchmark.RunAsync(arguments),
        "ingest" => await IngestBenchmark.RunAsync(arguments),
        "licenses" => LicensesBenchmark.Run(arguments),
        "player" => await PlayerBenchmark.RunAsync(arguments),
        "playlists" => await PlaylistBenchmark.RunAsync(arguments),
        "quality" => QualityBenchmark.Run(arguments),
        "search" => await SearchBenchmark.RunAsync(arguments),
        "surfaces" => await SurfacesBenchmark.RunAsync(arguments),
        "rungs" => await RungsBenchmark.RunAsync(arguments),
        "tokens" => await TokenBenchmark.RunAsync(arguments),
        "playback" => await PlaybackBenchmark.RunAsync(arguments),
        IngestServer.Command => await IngestServer.RunAsync(arguments),
        EdgeServer.Command => await EdgeServer.RunAsync(arguments),
        _ => Usage(),
    };
}
catch (BenchmarkException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Usage()
{
    Console.Error.WriteLine("""
        dotnet run -c Release --project tests/Benchmarks -- als [--rounds N] [--interactions N] [--listeners N] [--tracks N]
        dotnet run -c Release --project tests/Benchmarks -- ann [--vectors N] [--dimensions N] [--queries N] [--rounds N] [--threads N]
        dotnet run -c Release --project tests/Benchmarks -- cold-start [--rounds N]
        dotnet run -c Release --project tests/Benchmarks -- commits [--rounds N] [--seconds N]
        dotnet run -c Release --project tests/Benchmarks -- dictionary [--tracks N] [--words N] [--queries N]
        dotnet run -c Release --project tests/Benchmarks -- edge [--rounds N] [--seconds N] [--connections N]
        dotnet run -c Release --project tests/Benchmarks -- fan-out [--listeners N] [--kills N] [--tracks N] [--plays N] [--threads N]
        dotnet run -c Release --project tests/Benchmarks -- generate [--tracks N] [--listeners N] [--plays N] [--rounds N] [--data DIR]
        dotnet run -c Release --project tests/Benchmarks -- import [--rounds N] [--files N] [--seconds N] [--folder DIR]
        dotnet run -c Release --project tests/Benchmarks -- ingest [--rounds N] [--seconds N] [--connections N]
        dotnet run -c Release --project tests/Benchmarks -- licenses [--rounds N] [--milliseconds N]
        dotnet run -c Release --project tests/Benchmarks -- playback [--rounds N] [--seconds N] [--connections N]
        dotnet run -c Release --project tests/Benchmarks -- player [--listeners N] [--rounds N] [--seconds N] [--clients N] [--rate N]
        dotnet run -c Release --project tests/Benchmarks -- playlists [--rounds N] [--requests N]
        dotnet run -c Release --project tests/Benchmarks -- quality --train FILE --test FILE [--items FILE] [--threads N]
        dotnet run -c Release --project tests/Benchmarks -- rungs [--rounds N] [--seconds N] [--file PATH]
        dotnet run -c Release --project tests/Benchmarks -- surfaces [--tracks N] [--listeners N] [--rate N] [--seconds N] [--data DIR]
        dotnet run -c Release --project tests/Benchmarks -- tokens [--rounds N] [--seconds N] [--connections N]
        dotnet run -c Release --project tests/Benchmarks -- search [--tracks N] [--queries N] [--data DIR]
        """);
    return 2;
}
