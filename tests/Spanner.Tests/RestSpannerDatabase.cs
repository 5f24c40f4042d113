using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Spanner.Tests;

/// <summary>
/// An <see cref="IDatabase"/> over Spanner's REST API. Tests the schema, the statements and the contract with Spanner SQL, without Google's
/// packages.
/// </summary>
/// <seealso href="https://cloud.google.com/spanner/docs/reference/rest/v1/projects.instances.databases.sessions"/>
internal sealed class RestSpannerDatabase(HttpClient http, string database) : IDatabase
{
    private readonly ConcurrentBag<string> sessions = [];

    public async Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
        await QueryAsync(table, key, SingleUse(staleness), ct).FirstOrDefaultAsync(ct);

    public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
        ExecuteAsync(statement.Sql, parameters, Types(statement), SingleUse(staleness), null, ct);

    // As a transaction, because the emulator aborts one of two concurrent commits.
    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => TransactAsync(
        transaction =>
        {
            foreach (var mutation in mutations) transaction.Add(mutation);
            return Task.FromResult(true);
        },
        ct);

    public async Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var session = await RentAsync(ct);
            var options = new JsonObject { ["options"] = new JsonObject { ["readWrite"] = new JsonObject() } };
            var response = await PostAsync(http, $"{session}:beginTransaction", options, ct);
            var id = response["id"]!.GetValue<string>();
            try
            {
                var transaction = new Transaction(this, session, id, ct);
                var result = await body(transaction);
                await CommitAsync(session, new JsonObject { ["transactionId"] = id }, transaction.Mutations, ct);
                sessions.Add(session);
                return result;
            }
            catch (SpannerException e) when (e.IsAborted)
            {
                sessions.Add(session);
            }
            catch
            {
                await PostAsync(http, $"{session}:rollback", new JsonObject { ["transactionId"] = id }, CancellationToken.None);
                sessions.Add(session);
                throw;
            }
        }
    }

    /// <summary>Plans a statement without running it.</summary>
    public async Task PrepareAsync(Statement statement)
    {
        var values = new Parameters();
        foreach (var (name, type) in statement.Parameters) values.Add(name, type == ColumnType.Int64 ? 1L : null);
        await ExecuteAsync(statement.Sql, values, Types(statement), SingleUse(null), "PLAN", default).ToListAsync();
    }

    public static Task<JsonNode> PostAsync(HttpClient http, string path, JsonObject body, CancellationToken ct) =>
        SendAsync(http, HttpMethod.Post, path, body, ct);

    public static async Task<JsonNode> SendAsync(HttpClient http, HttpMethod method, string path, JsonObject body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await http.SendAsync(request, ct);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct)) ?? new JsonObject();
        if (answer is JsonObject o && o["error"] is { } operationError) throw new SpannerException(operationError);
        return response.IsSuccessStatusCode ? answer : throw new SpannerException(answer);
    }

    private static Dictionary<string, ColumnType> Types(Statement statement) =>
        statement.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Type);

    private IAsyncEnumerable<Row> QueryAsync(
        Table table, Key key, JsonObject transaction, CancellationToken ct, string? transactionSession = null)
    {
        var parameters = new Parameters();
        for (var i = 0; i < key.Values.Count; i++) parameters.Add($"key{i}", key.Values[i]);
        var where = string.Join(" AND ", table.KeyColumns.Select((column, i) => $"{column} = @key{i}"));
        return ExecuteAsync(
            $"SELECT {string.Join(", ", table.Columns.Select(column => column.Name))} FROM {table.Name} WHERE {where}",
            parameters,
            table.KeyColumns.Select((column, i) => ($"key{i}", table.Column(column).Type)).ToDictionary(),
            transaction,
            null,
            ct,
            transactionSession);
    }

    private async IAsyncEnumerable<Row> ExecuteAsync(
        string sql,
        Parameters parameters,
        Dictionary<string, ColumnType> types,
        JsonObject transaction,
        string? mode,
        [EnumeratorCancellation] CancellationToken ct,
        string? transactionSession = null)
    {
        var session = transactionSession ?? await RentAsync(ct);
        var (values, kinds) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in parameters)
        {
            values[name] = Encode(value);
            kinds[name] = types[name] == ColumnType.Strings
                ? new JsonObject { ["code"] = "ARRAY", ["arrayElementType"] = new JsonObject { ["code"] = "STRING" } }
                : new JsonObject { ["code"] = types[name].ToString().ToUpperInvariant() };
        }

        var body = new JsonObject { ["sql"] = sql, ["params"] = values, ["paramTypes"] = kinds, ["transaction"] = transaction };
        if (mode is not null) body["queryMode"] = mode;
        var answer = await PostAsync(http, $"{session}:executeSql", body, ct);
        if (transactionSession is null) sessions.Add(session);

        var fields = answer["metadata"]?["rowType"]?["fields"]?.AsArray() ?? [];
        var shape = new RowShape(fields.Select(field => field!["name"]?.GetValue<string>() ?? ""));
        string[] codes = [.. fields.Select(field => field!["type"]!["code"]!.GetValue<string>())];
        foreach (var row in answer["rows"]?.AsArray() ?? [])
            yield return new Row(shape, [.. row!.AsArray().Select((value, i) => Decode(value, codes[i]))]);
    }

    private async Task CommitAsync(string session, JsonObject request, IReadOnlyList<Mutation> mutations, CancellationToken ct)
    {
        request["mutations"] = new JsonArray([.. mutations.Select(Encode)]);
        try
        {
            await PostAsync(http, $"{session}:commit", request, ct);
        }
        catch (SpannerException e) when (!e.IsAborted)
        {
            throw e.Translate();
        }
    }

    private async Task<string> RentAsync(CancellationToken ct) =>
        sessions.TryTake(out var session) ? session : (await PostAsync(http, $"{database}/sessions", [], ct))["name"]!.GetValue<string>();

    private static JsonObject SingleUse(Staleness? staleness) => new()
    {
        ["singleUse"] = new JsonObject
        {
            ["readOnly"] = staleness is { } bound
                ? new JsonObject { ["maxStaleness"] = bound.MaxAge.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture) + "s" }
                : new JsonObject { ["strong"] = true },
        },
    };

    private static JsonNode Encode(Mutation mutation)
    {
        var name = mutation.Kind switch
        {
            MutationKind.Insert => "insert",
            MutationKind.Update => "update",
            MutationKind.Upsert => "insertOrUpdate",
            _ => null,
        };
        if (name is not null)
            return new JsonObject
            {
                [name] = new JsonObject
                {
                    ["table"] = mutation.Table.Name,
                    ["columns"] = new JsonArray([.. mutation.Values.Select(value => (JsonNode)value.Column)]),
                    ["values"] = new JsonArray(new JsonArray([.. mutation.Values.Select(value => Encode(value.Value))])),
                },
            };

        var end = mutation.Kind == MutationKind.DeleteRange ? ("endOpen", mutation.EndKey) : ("endClosed", mutation.Key);
        var range = new JsonObject { ["startClosed"] = Encode(mutation.Key), [end.Item1] = Encode(end.Item2) };
        var keys = new JsonObject { ["ranges"] = new JsonArray(range) };
        return new JsonObject { ["delete"] = new JsonObject { ["table"] = mutation.Table.Name, ["keySet"] = keys } };
    }

    private static JsonArray Encode(Key key) => new([.. key.Values.Select(Encode)]);

    private static JsonNode? Encode(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        long number => number.ToString(CultureInfo.InvariantCulture),
        int number => number.ToString(CultureInfo.InvariantCulture),
        double number => number,
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        string[] texts => new JsonArray([.. texts.Select(Encode)]),
        _ => throw new ArgumentException($"{value.GetType().Name} is not a supported type."),
    };

    private static object? Decode(JsonNode? value, string type) => (value, type) switch
    {
        (null, _) => null,
        (_, "INT64") => long.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture),
        (_, "BOOL") => value.GetValue<bool>() ? 1L : 0L,
        (_, "FLOAT64") => value.GetValue<double>(),
        (_, "TIMESTAMP") => Instant.ToMicroseconds(DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture)),
        (_, "BYTES") => Convert.FromBase64String(value.GetValue<string>()),
        _ => value.GetValue<string>(),
    };

    private sealed class Transaction(RestSpannerDatabase database, string session, string id, CancellationToken ct) : ITransaction
    {
        public List<Mutation> Mutations { get; } = [];

        public async Task<Row?> ReadAsync(Table table, Key key) =>
            await database.QueryAsync(table, key, ById, ct, session).FirstOrDefaultAsync(ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters) =>
            database.ExecuteAsync(statement.Sql, parameters, Types(statement), ById, null, ct, session);

        public void Add(Mutation mutation) => Mutations.Add(mutation);

        private JsonObject ById => new() { ["id"] = id };
    }
}

/// <summary>An error response of Spanner.</summary>
internal sealed class SpannerException(JsonNode error) : Exception(error.ToJsonString())
{
    private const int NotFound = 5;
    private const int AlreadyExists = 6;
    private const int Aborted = 10;

    private readonly int code = error["code"]?.GetValue<int>() ?? 0;

    public bool IsAborted => code == Aborted;

    /// <summary>Returns the exception that the contract of <see cref="IDatabase"/> requires.</summary>
    public Exception Translate() => code switch
    {
        AlreadyExists => new RowExistsException(Message, this),
        NotFound when !Message.Contains("Parent", StringComparison.Ordinal) => new RowMissingException(Message, this),
        _ => new ConstraintException(Message, this),
    };
}
