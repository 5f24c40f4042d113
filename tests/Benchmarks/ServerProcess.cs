using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Spotify.Local;

namespace Spotify.Benchmarks;

/// <summary>A server under test, in a separate process. Disposing ends the process and its children.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    /// <summary>The resident memory of the process and its children, in bytes.</summary>
    public long ResidentBytes => Family().Sum(member =>
    {
        member.Refresh();
        return member.WorkingSet64;
    });

    /// <summary>The resident memory of the process, and the pages of files in it, which the system can drop; in bytes.</summary>
    public (long Total, long Mapped) Memory
    {
        get
        {
            process.Refresh();
            var status = $"/proc/{process.Id}/status";
            return (process.WorkingSet64, File.Exists(status) ? Kilobytes(status, "RssFile:") * 1024 : 0);
        }
    }

    /// <summary>The processor time used by the process and its children.</summary>
    public TimeSpan ProcessorTime => Family().Aggregate(TimeSpan.Zero, (sum, member) => sum + member.TotalProcessorTime);

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <exception cref="BenchmarkException">The program ended, or did not listen in time.</exception>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, int port)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            Environment = { ["DefaultCountry"] = "SE" }, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var server = new ServerProcess(Process.Start(start) ?? throw new BenchmarkException($"{program} did not start."));
        _ = server.process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var watch = Stopwatch.StartNew();
        while (!await IsListeningAsync(port))
        {
            if (!server.process.HasExited && watch.Elapsed < StartTimeout)
            {
                await Task.Delay(50);
                continue;
            }

            server.Dispose();
            throw new BenchmarkException($"{program} does not listen on port {port}.");
        }

        return server;
    }

    /// <summary>Starts the one-machine home with a data directory, without demo catalog and rate limits.</summary>
    public static Task<ServerProcess> StartLocalHostAsync(string data, int port)
    {
        var url = $"http://127.0.0.1:{port}";
        string[] arguments = ["serve", "--urls", url, "--data", data, "--no-demo", "--no-rate-limit", "--dev-tokens"];
        return StartAsync("dotnet", [typeof(LocalHost).Assembly.Location, .. arguments], port);
    }

    /// <summary>Returns a port that is currently free.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.HasExited)
        {
            // SIGTERM first, because the workers of nginx outlive a killed master.
            if (!OperatingSystem.IsWindows()) _ = SendSignal(process.Id, Terminate);
            if (!process.WaitForExit(StopTimeout))
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }

        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    private static async Task<bool> IsListeningAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static long Kilobytes(string status, string name)
    {
        var line = File.ReadLines(status).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private IEnumerable<Process> Family()
    {
        yield return process;
        var children = $"/proc/{process.Id}/task/{process.Id}/children";
        if (!File.Exists(children)) yield break;
        foreach (var id in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            using var child = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            yield return child;
        }
    }
}
