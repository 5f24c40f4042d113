using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="IMasterKeys"/> must pass. Each adapter has a derived class.</summary>
public abstract class MasterKeysContract
{
    /// <summary>Returns the keys of a home, as an instance that has just started has them.</summary>
    protected abstract IMasterKeys Start();

    /// <summary>Makes the keys unreadable for instances that have not opened them.</summary>
    /// <returns>A text that no error may contain.</returns>
    protected abstract Task<string> BreakAsync();

    /// <summary>Ends what <see cref="BreakAsync"/> did.</summary>
    protected abstract Task RepairAsync();

    /// <summary>Adds a key, which encrypts from now on.</summary>
    protected abstract Task RotateAsync();

    [Fact]
    public async Task The_current_key_is_an_AES_256_key_of_the_ring_and_survives_a_restart()
    {
        var (before, after) = (await Start().OpenAsync(default), await Start().OpenAsync(default));
        Assert.Equal(MasterKeyRing.KeyLength, before.Key(before.CurrentId).Length);
        Assert.Equal(before.CurrentId, after.CurrentId);
        Assert.Equal(before.Key(before.CurrentId).ToArray(), after.Key(before.CurrentId).ToArray());
    }

    [Fact]
    public async Task After_a_rotation_another_key_encrypts_and_the_old_one_still_decrypts()
    {
        var old = await Start().OpenAsync(default);
        await RotateAsync();
        var ring = await Start().OpenAsync(default);
        Assert.NotEqual(old.CurrentId, ring.CurrentId);
        Assert.Equal(old.Key(old.CurrentId).ToArray(), ring.Key(old.CurrentId).ToArray());
        Assert.NotEqual(ring.Key(old.CurrentId).ToArray(), ring.Key(ring.CurrentId).ToArray());
        Assert.Equal((true, true, false), (ring.Contains(old.CurrentId), ring.Contains(ring.CurrentId), old.Contains(ring.CurrentId)));
        var error = Assert.Throws<MasterKeysUnavailableException>(() => old.Key(ring.CurrentId));
        Assert.Contains(ring.CurrentId, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_opens_the_keys_once_for_all_callers()
    {
        var keys = Start();
        var rings = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await keys.OpenAsync(default))));
        await BreakAsync();
        Assert.Single(rings.Append(await keys.OpenAsync(default)).Distinct());
    }

    [Fact]
    public async Task A_failure_is_not_remembered_and_its_message_has_no_key()
    {
        await Start().OpenAsync(default);
        var keys = Start();
        var secret = await BreakAsync();
        var error = await Assert.ThrowsAsync<MasterKeysUnavailableException>(async () => await keys.OpenAsync(default));
        Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
        await RepairAsync();
        Assert.NotEmpty((await keys.OpenAsync(default)).CurrentId);
    }

    [Fact]
    public async Task A_caller_can_cancel() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await Start().OpenAsync(new CancellationToken(canceled: true)));
}
