using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Google.Apis.Auth.OAuth2;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Signing;

namespace Spotify.Google.Tests.Signing;

/// <summary>The keys that Cloud KMS decrypts pass the contract of <see cref="IMasterKeys"/>.</summary>
public sealed class KmsMasterKeysTests : MasterKeysContract, IAsyncLifetime
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly byte[] key = RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength);
    private readonly List<KmsMasterKeys> started = [];
    private MasterKeyOptions options = null!;
    private KmsServer kms = null!;

    public async Task InitializeAsync()
    {
        kms = await KmsServer.StartAsync();
        options = new MasterKeyOptions
        {
            MasterKeys = [new WrappedKey { Id = "m1", Wrapped = kms.Wrap(key, "m1") }],
            Kms = new KmsOptions
            {
                Key = KmsServer.Key, Endpoint = kms.Address, MaxTries = 3, MinBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero,
            },
        };
    }

    public async Task DisposeAsync()
    {
        started.ForEach(keys => keys.Dispose());
        await kms.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task Each_key_is_decrypted_once_per_instance_with_its_id_as_authenticated_data()
    {
        await RotateAsync();
        var keys = Start();
        var rings = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await keys.OpenAsync(default))));
        Assert.Equal((2, "m2"), (kms.Calls, Assert.Single(rings.Distinct()).CurrentId));
        Assert.Equal(key, rings[0].Key("m1").ToArray());
    }

    [Fact]
    public async Task A_key_under_the_id_of_another_is_refused()
    {
        await RotateAsync();
        (options.MasterKeys[0].Id, options.MasterKeys[1].Id) = (options.MasterKeys[1].Id, options.MasterKeys[0].Id);
        var error = await FailAsync();
        Assert.Contains("Cloud KMS answered 400", error.Message, StringComparison.Ordinal);
        Assert.Contains("Decryption failed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Transient_errors_are_tried_again(int status)
    {
        kms.Intercept = (call, context) => FailAsync(context, call < 3 ? status : null);
        Assert.Equal("m1", (await Start().OpenAsync(default)).CurrentId);
        Assert.Equal(3, kms.Calls);
        kms.Intercept = (_, context) => FailAsync(context, status);
        await FailAsync();
        Assert.Equal(6, kms.Calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Other_errors_are_not_tried_again(int status)
    {
        kms.Intercept = (_, context) => FailAsync(context, status);
        Assert.Contains($"Cloud KMS answered {status} for the master key 'm1'", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(1, kms.Calls);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        kms.Intercept = (call, context) =>
        {
            if (call == 1) context.Abort();
            return Task.FromResult(call == 1);
        };
        Assert.Equal("m1", (await Start().OpenAsync(default)).CurrentId);
    }

    [Theory]
    [InlineData("plaintext", "AAAA")]
    [InlineData("plaintext", null)]
    [InlineData("plaintext", "*")]
    [InlineData("plaintextCrc32c", "1")]
    [InlineData("plaintextCrc32c", null)]
    public async Task A_damaged_response_is_tried_again(string member, string? value)
    {
        var secret = Convert.ToBase64String(key);
        kms.Damage = response => response[member] = value;
        Assert.DoesNotContain(secret, (await FailAsync()).ToString(), StringComparison.Ordinal);
        Assert.Equal(3, kms.Calls);
        kms.Damage = response => response[member] = kms.Calls < 5 ? value : response[member]?.ToString();
        Assert.Equal("m1", (await Start().OpenAsync(default)).CurrentId);
    }

    [Fact]
    public async Task A_key_of_another_length_is_refused()
    {
        options.MasterKeys[0].Wrapped = kms.Wrap(key[..16], "m1");
        Assert.Contains("'m1' needs 32 bytes", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_deadline_is_that_of_all_tries_and_a_caller_that_cancels_ends_only_its_own_wait()
    {
        var clock = new ManualTimeProvider();
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        kms.Intercept = async (call, context) =>
        {
            arrived.TrySetResult();
            if (call == 1) await released.Task.WaitAsync(context.RequestAborted);
            return false;
        };
        var keys = Start(clock);
        using var canceled = new CancellationTokenSource();
        var (first, second) = (keys.OpenAsync(canceled.Token).AsTask(), keys.OpenAsync(default).AsTask());
        await arrived.Task;
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);

        clock.Advance(options.Kms.Deadline);
        var error = await Assert.ThrowsAsync<MasterKeysUnavailableException>(() => second);
        Assert.Contains("within 10 s", error.Message, StringComparison.Ordinal);
        Assert.Equal("m1", (await keys.OpenAsync(default)).CurrentId);
    }

    [Fact]
    public async Task An_instance_starts_while_Cloud_KMS_is_down_and_opens_the_keys_later()
    {
        var secret = await BreakAsync();
        var keys = Start(TimeProvider.System);
        await keys.WarmUpAsync(default);
        await RepairAsync();
        Assert.DoesNotContain(secret, (await keys.OpenAsync(default)).ToString()!, StringComparison.Ordinal);
        var calls = kms.Calls;
        await Start(TimeProvider.System).WarmUpAsync(default);
        Assert.Equal(calls + 1, kms.Calls);
    }

    [Fact]
    public async Task An_instance_starts_whatever_fails_in_its_credential_and_opens_the_keys_later()
    {
        var credential = new Mock<ITokenAccess>();
        credential.SetupSequence(c => c.GetAccessTokenForRequestAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("The metadata server is down."))
            .ThrowsAsync(new NotSupportedException("No token."))
            .ReturnsAsync("token");
        var keys = Start(TimeProvider.System, credential.Object);
        await keys.WarmUpAsync(default);
        var error = await Assert.ThrowsAsync<MasterKeysUnavailableException>(async () => await keys.OpenAsync(default));
        Assert.Contains("No token.", error.Message, StringComparison.Ordinal);
        Assert.Equal("m1", (await keys.OpenAsync(default)).CurrentId);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keys.WarmUpAsync(new CancellationToken(canceled: true)));
    }

    protected override IMasterKeys Start() => Start(TimeProvider.System);

    protected override Task<string> BreakAsync()
    {
        kms.Intercept = (_, context) => FailAsync(context, 503);
        return Task.FromResult(Convert.ToBase64String(key));
    }

    protected override Task RepairAsync()
    {
        kms.Intercept = (_, _) => Task.FromResult(false);
        return Task.CompletedTask;
    }

    protected override Task RotateAsync()
    {
        var next = RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength);
        options.MasterKeys.Insert(0, new WrappedKey { Id = "m2", Wrapped = kms.Wrap(next, "m2") });
        return Task.CompletedTask;
    }

    private KmsMasterKeys Start(TimeProvider time, ITokenAccess? credential = null)
    {
        var keys = new KmsMasterKeys(
            Options.Create(options),
            credential,
            time,
            services.GetRequiredService<IMeterFactory>(),
            NullLogger<KmsMasterKeys>.Instance);
        started.Add(keys);
        return keys;
    }

    private async Task<MasterKeysUnavailableException> FailAsync() =>
        await Assert.ThrowsAsync<MasterKeysUnavailableException>(async () => await Start().OpenAsync(default));

    private static Task<bool> FailAsync(HttpContext context, int? status)
    {
        if (status is { } failed) context.Response.StatusCode = failed;
        return Task.FromResult(status is not null);
    }
}
