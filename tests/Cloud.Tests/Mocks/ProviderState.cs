using System.Collections.Frozen;
using System.Collections.Immutable;
using Pulumi;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The state of a resource, by the provider's schema.</summary>
internal static class ProviderState
{
    /// <summary>Returns the state without members that the schema does not have.</summary>
    public static ImmutableDictionary<string, object> Known(
        FrozenDictionary<string, Member> members, ImmutableDictionary<string, object> state) =>
        Map(state, members, (_, value) => value);

    /// <summary>Returns the state with secrets as the provider marks them.</summary>
    public static ImmutableDictionary<string, object> WithSecrets(
        FrozenDictionary<string, Member> members, ImmutableDictionary<string, object> state) =>
        Map(state, members, (member, value) => !member.Is("sensitive") ? value
            : value is string text ? Output.CreateSecret(text)
            : Output.CreateSecret(value));

    // Applies a function to each member of the state that the schema has, from the outside in.
    private static ImmutableDictionary<string, object> Map(
        ImmutableDictionary<string, object> state, FrozenDictionary<string, Member> members, Func<Member, object, object> convert) =>
        state
            .Where(entry => members.ContainsKey(entry.Key) && entry.Value is not null)
            .ToImmutableDictionary(entry => entry.Key, entry => MapValue(entry.Value, members[entry.Key], convert));

    private static object MapValue(object value, Member member, Func<Member, object, object> convert) =>
        (convert(member, value), member.Members) switch
        {
            (ImmutableDictionary<string, object> block, { } nested) => Map(block, nested, convert),
            (ImmutableArray<object> list, { } nested) => list
                .Select(item => item is ImmutableDictionary<string, object> block ? Map(block, nested, convert) : item)
                .ToImmutableArray(),
            var (other, _) => other,
        };
}
