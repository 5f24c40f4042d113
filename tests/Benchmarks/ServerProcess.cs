using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Spotify.Benchmarks;

/// <summary>A server under test, in a process of its own (with its children), ended when disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Terminate = 15;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Its memory, children's included, in bytes.</summary>
    public long ResidentBytes => Family().Sum(member =>
    {
        member.Refresh();
        return member.WorkingSet64;
    });

    /// <summary>Processor time it has used, children's included.</summary>
    public TimeSpan ProcessorTime => Family().Aggregate(TimeSpan.Zero, (sum, member) => sum + member.TotalProcessorTime);

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <exception cref="BenchmarkException">It ended, or did not listen in time.</exception>
    public static async Task<ServerProcess> StartAsync(string program, IEnumerable<string> arguments, int port)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
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

    /// <summary>A port that is free at the moment.</summary>
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
            // Politely first: a master that is killed leaves its workers behind.
            if (!OperatingSystem.IsWindows()) _ = SendSignal(process.Id, Terminate);
            if (!process.WaitForExit(StopTimeout))
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }

        process.Dispose();
    }

    /// <summary>kill(2).</summary>
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
