using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.WireContract;

public sealed class SchemaValidatorTests
{
    private static readonly ApiDescription Description = new(new StringReader("""
        paths: {}
        components:
          schemas:
            Named:
              type: object
              required: [name]
              properties: { name: { type: string }, age: { type: integer, minimum: 1, maximum: 9 } }
            Cat: { allOf: [{ $ref: '#/components/schemas/Named' }, { type: object, properties: { type: { type: string, enum: [cat] } } }] }
            Dog:
              allOf:
                - $ref: '#/components/schemas/Named'
                - type: object
                  properties: { type: { type: string, enum: [dog] }, since: { type: string, format: date-time } }
            Pet:
              oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
              discriminator: { propertyName: type }
            Pets: { type: array, items: { $ref: '#/components/schemas/Pet' } }
            Note: { type: string, nullable: true }
            Quoted: { type: string, enum: ['1', 'true'] }
        """));

    [Theory]
    [InlineData("Named", """{"name":"a","age":9,"other":null}""", null)]
    [InlineData("Named", """{"age":1}""", "$.name is missing")]
    [InlineData("Named", """{"name":"a","age":10}""", "$.age 10 is beyond the maximum 9")]
    [InlineData("Named", """{"name":"a","age":0}""", "$.age 0 is beyond the minimum 1")]
    [InlineData("Named", """{"name":"a","age":1.5}""", "$.age is number, not integer")]
    [InlineData("Named", """{"name":null}""", "$.name is null, which the schema does not allow")]
    [InlineData("Named", "[]", "$ is array, not object")]
    [InlineData("Cat", """{"type":"cat"}""", "$.name is missing")]
    [InlineData("Cat", "null", "$ is null, which the schema does not allow")]
    [InlineData("Pets", """[{"type":"cat","name":"a"},{"type":"dog","name":"b","since":"2020-01-02T03:04:05Z"}]""", null)]
    [InlineData("Pets", """[{"type":"cat","name":"a"},{"type":"cow","name":"b"}]""", "$[*].type \"cow\" is not one of [\"cat\"]")]
    [InlineData(
        "Pets",
        """[{"type":"dog","name":"b","since":"2020-01-02"}]""",
        "$[*].since 2020-01-02 is not a time such as 2023-01-15T14:30:00Z")]
    [InlineData("Pets", """[{"name":"neither"}]""", "$[*] fits more than one of the alternatives")]
    [InlineData("Note", "null", null)]
    [InlineData("Note", "1", "$ is number, not string")]
    [InlineData("Quoted", "\"true\"", null)]
    public void Values_are_validated_against_schemas(string schema, string value, string? error)
    {
        var errors = new SchemaValidator(Description).Validate(
            new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" }, JsonNode.Parse(value));
        if (error is null) Assert.Empty(errors);
        else Assert.Contains(error, errors.Select(found => $"{found.At} {found.Problem}"));
    }
}
