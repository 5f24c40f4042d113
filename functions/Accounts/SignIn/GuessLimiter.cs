using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Caching.Memory;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>
/// Limits attempts to guess passwords: of an account from one address, of any account from one address, and of an account from all
/// addresses together. The last limit does not apply to an address from which the account has signed in, nor to this machine, so that an
/// attacker cannot lock the owner out.
/// </summary>
public sealed class GuessLimiter : IDisposable
{
    private const int AttemptsPerAccountAndAddress = 10;
    private const int AttemptsPerAddress = 50;
    private const int AttemptsPerAccount = 100;

    // Longer names do not exist, and must not fill the memory.
    private const int MaxNameLength = 320;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly PartitionedRateLimiter<string> byPair = Limiter(AttemptsPerAccountAndAddress);
    private readonly PartitionedRateLimiter<string> byAddress = Limiter(AttemptsPerAddress);
    private readonly PartitionedRateLimiter<string> byAccount = Limiter(AttemptsPerAccount);
    private readonly MemoryCache known = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    /// <summary>Returns whether another attempt is allowed, and counts it.</summary>
    public bool TryAttempt(string account, IPAddress address)
    {
        var pair = PairOf(account, address);
        if (!Acquire(byAddress, NetworkOf(address)) || !Acquire(byPair, pair)) return false;
        return IPAddress.IsLoopback(address) || known.TryGetValue(pair, out _) || Acquire(byAccount, Shorten(account));
    }

    /// <summary>
    /// Returns whether another attempt from an address is allowed, for credentials that name no account, and counts it.
    /// </summary>
    public bool TryAttempt(IPAddress address) => Acquire(byAddress, NetworkOf(address));

    /// <summary>Remembers that an account has signed in from an address.</summary>
    public void Remember(string account, IPAddress address) =>
        known.Set(PairOf(account, address), true, new MemoryCacheEntryOptions { Size = 1 });

    /// <inheritdoc/>
    public void Dispose()
    {
        byPair.Dispose();
        byAddress.Dispose();
        byAccount.Dispose();
        known.Dispose();
    }

    private static bool Acquire(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private static string PairOf(string account, IPAddress address) => $"{NetworkOf(address)} {Shorten(account)}";

    private static string Shorten(string account) => account.Length <= MaxNameLength ? account : account[..MaxNameLength];

    // A subscriber usually has a whole /64 of IPv6 addresses.
    private static string NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress([.. address.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString()
            : address.ToString();
    }

    private static PartitionedRateLimiter<string> Limiter(int attempts) => PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = attempts, Window = Window, SegmentsPerWindow = 15, QueueLimit = 0,
        }));
}
