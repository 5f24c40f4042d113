using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>The roles for resources that no function of the product uses yet.</summary>
public sealed class GrantTests
{
    private const string Dataset = "bigquery/datasetIamMember spotify";
    private const string Project = "projects/iAMMember " + DeclaredFunction.Project;

    [Theory]
    [InlineData(Access.Read, "roles/bigquery.dataViewer")]
    [InlineData(Access.Write, "roles/bigquery.dataEditor")]
    public async Task The_warehouse_grants_a_role_on_the_dataset_and_the_right_to_run_queries(Access access, string role) => Assert.Equal(
        [(role, Dataset), ("roles/bigquery.jobUser", Project)],
        await RolesAsync(new Resources { Warehouse = access }));

    // Firestore has no IAM policies of its own, so that its roles are granted on the project.
    [Theory]
    [InlineData(Access.Read, "roles/datastore.viewer")]
    [InlineData(Access.Write, "roles/datastore.user")]
    public async Task Live_documents_grant_a_role_on_the_project(Access access, string role) => Assert.Equal(
        [(role, Project)],
        await RolesAsync(new Resources { LiveDocuments = access }));

    [Fact]
    public async Task Live_tokens_grant_the_right_to_sign_as_the_function_itself()
    {
        var function = new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { LiveTokens = true } };
        var declared = await DeclaredFunction.DeclareAsync(function);
        var grant = Assert.Single(declared, grant => grant.Text("member") == DeclaredFunction.MemberOf(function));
        Assert.Equal(("serviceaccount/iAMMember", "roles/iam.serviceAccountTokenCreator"), (grant.Module, grant.Text("role")));
        Assert.Equal(
            $"projects/{DeclaredFunction.Project}/serviceAccounts/{DeclaredFunction.MemberOf(function).Split(':')[1]}",
            grant.Text("serviceAccountId"));
    }

    [Fact]
    public async Task Signing_in_grants_the_right_to_look_accounts_up_and_removing_accounts_that_to_delete_them()
    {
        Assert.Equal([("roles/firebaseauth.viewer", Project)], await RolesAsync(new Resources { SignIn = Access.Read }));
        Assert.Equal(
            [($"projects/{DeclaredFunction.Project}/roles/accountRemover", Project)],
            await RolesAsync(new Resources { SignIn = Access.Write }));
    }

    [Fact]
    public async Task A_function_that_uses_nothing_has_no_roles() => Assert.Empty(await RolesAsync(new Resources()));

    private static async Task<IEnumerable<(string? Role, string Resource)>> RolesAsync(Resources uses)
    {
        var function = new FunctionDefinition("example", Caller.Listeners) { Uses = uses };
        return
            from grant in await DeclaredFunction.DeclareAsync(function)
            where grant.Text("member") == DeclaredFunction.MemberOf(function)
            select (grant.Text("role"), $"{grant.Module} {grant.Text("datasetId") ?? grant.Text("project")}");
    }
}
