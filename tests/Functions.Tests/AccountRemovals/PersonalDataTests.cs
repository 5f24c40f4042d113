using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Tests.AccountRemovals;

/// <summary>Tests that a function is responsible for every column of the database with a user's id.</summary>
public sealed class PersonalDataTests
{
    // The row of the removal itself, which deletes it at its end, and a random number in rows that are found by another column.
    private static readonly string[] Others = ["AccountRemovals.UserId", "Passkeys.UserHandle"];

    public static TheoryData<string> Columns => [.. Names];

    private static IReadOnlyList<string> Names => [.. Schema.Current.Tables.SelectMany(table => table.Columns
        .Where(column => column.Type == ColumnType.String && NamesAUser(column.Name))
        .Select(column => $"{table.Name}.{column.Name}"))];

    private static HashSet<string> Covered =>
        [.. FunctionDefinitions.PersonalData.Select(rows => $"{rows.TableName}.{rows.Column}"), .. Others];

    [Theory]
    [MemberData(nameof(Columns))]
    public void Every_column_with_a_user_id_is_erased_by_a_function(string column) => Assert.True(
        Covered.Contains(column), $"Nobody erases {column}: add it to the PersonalData of the function that writes it.");

    [Fact]
    public void Known_columns_are_found() => Assert.Superset(
        new HashSet<string> { "Users.UserId", "Playlists.OwnerId", "PlaylistItems.AddedBy", "Sessions.UserId", "Apps.OwnerId" },
        Names.ToHashSet());

    [Fact]
    public void Every_port_that_stores_a_document_of_a_user_is_the_responsibility_of_a_function()
    {
        var ports = typeof(IPlayerStates).Assembly.GetExportedTypes()
            .Where(type => type.IsInterface && type.GetMethods().Any(StoresForAUser));
        Assert.Equal([typeof(IPlayerStates)], ports);
        Assert.Equal(ports, FunctionDefinitions.PersonalDocuments.Select(documents => documents.Port));

        static bool StoresForAUser(System.Reflection.MethodInfo method) =>
            method.Name.Contains("Write", StringComparison.Ordinal)
            && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(string) && NamesAUser(parameter.Name!));
    }

    [Fact]
    public void Names_in_exports_are_distinct_and_no_secret_is_exported()
    {
        var names = FunctionDefinitions.PersonalData.Select(rows => rows.Name)
            .Concat(FunctionDefinitions.PersonalDocuments.Select(documents => documents.Name)).ToList();
        Assert.Equal(names.Distinct(), names);
        string[] secrets = ["Hash", "Salt", "Secret", "Password"];
        Assert.DoesNotContain(
            FunctionDefinitions.PersonalData.SelectMany(rows => rows.Exported).Where(column => column.Type != ColumnType.Timestamp),
            column => secrets.Any(secret => column.Name.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public void Rows_are_found_by_a_key_or_an_index()
    {
        foreach (var rows in FunctionDefinitions.PersonalData)
        {
            if (rows.Source != new PersonalRows(rows.TableName, rows.Column).Source) continue;
            var isIndexed = rows.Table.KeyColumns[0] == rows.Column
                || Schema.Current.Files.SelectMany(file => file.Statements).OfType<CreateIndex>()
                    .Any(index => index.Table == rows.TableName && index.Columns[0] == rows.Column);
            Assert.True(isIndexed, $"{rows.Name} is found by a scan of the whole table.");
        }
    }

    private static bool NamesAUser(string column) =>
        column.Contains("User", StringComparison.OrdinalIgnoreCase) || column.Contains("Owner", StringComparison.Ordinal)
        || column.EndsWith("By", StringComparison.Ordinal);
}
