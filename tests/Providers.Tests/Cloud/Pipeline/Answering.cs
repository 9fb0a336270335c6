using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

public sealed class Answering : PipelineSpec
{
    [Fact]
    public async Task gives_the_caller_the_statuses_it_expects()
    {
        Http.Then(404, """{"message":"Not Found"}""", ("x-github-request-id", "A1:B2"));
        var answer = await SendAsync(Read with { Expected = [404] });
        (answer.Status, answer.Body.Text("message"), answer.RequestId).ShouldBe((404, "Not Found", "A1:B2"));
    }

    [Fact]
    public async Task names_the_request_in_a_refusal()
    {
        Http.Then(422, """{"message":"Validation Failed","errors":[{"code":"custom","message":"Name is wrong"}]}""", ("x-github-request-id", "A1:B2"));
        var refusal = await RefusedAsync(Write, ProviderFault.Rejected);
        refusal.Message.ShouldContain("Name is wrong");
        refusal.Message.ShouldEndWith("(request A1:B2)");
    }

    [Theory]
    [InlineData(401, "Bad credentials", ProviderFault.Unauthorized)]
    [InlineData(402, "Payment required", ProviderFault.Quota)]
    [InlineData(403, "You have reached your repository limit", ProviderFault.Quota)]
    [InlineData(404, "Not Found", ProviderFault.Rejected)]
    [InlineData(409, "Conflict", ProviderFault.Transient)]
    [InlineData(422, "Could not clone: Name already exists on this account", ProviderFault.NameTaken)]
    [InlineData(451, "Blocked", ProviderFault.Rejected)]
    public async Task turns_a_refusal_into_the_fault_that_decides_what_follows(int status, string message, ProviderFault fault)
    {
        Http.Then(status, $$"""{"message":"{{message}}"}""");
        await RefusedAsync(Write, fault);
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("\"gone\"")]
    [InlineData("""{"message":{"not":"text"},"errors":"neither"}""")]
    [InlineData("")]
    [InlineData("<html>")]
    public async Task is_not_upset_by_a_refusal_of_another_form(string body)
    {
        Http.Then(422, body);
        await RefusedAsync(Write, ProviderFault.Rejected);
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("""{"id":1,"id":2}""")]
    [InlineData("""{"id":1""")]
    public async Task takes_a_success_that_is_no_JSON_for_a_failure(string body)
    {
        Http.Then(200, body).Then(200, """{"id":3}""");
        (await SendAsync(Read)).Body.Number("id").ShouldBe(3);
        Http.Then(201, body);
        (await RefusedAsync(Write, ProviderFault.Transient)).MayHaveHappened.ShouldBeTrue();
    }

    [Fact]
    public async Task refuses_an_answer_that_is_too_large()
    {
        Http.Then(200, new string(' ', 4 * 1024 * 1024) + "{}");
        await RefusedAsync(Read, ProviderFault.Rejected);
        Http.Then(200, new string(' ', 4 * 1024 * 1024 - 2) + "{}");
        (await SendAsync(Read)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task follows_a_redirected_read_on_the_same_host()
    {
        Http.Then(301, "{}", ("Location", "http://localhost:1/api/repositories/7")).Then(200);
        await SendAsync(Read);
        Http.Requests.Last().Address.ShouldBe("http://localhost:1/api/repositories/7");
    }

    [Theory]
    [InlineData("http://localhost:2/api/repositories/7")]
    [InlineData("https://localhost:1/api/repositories/7")]
    [InlineData("http://elsewhere.example/")]
    public async Task never_takes_the_credential_to_another_host(string location)
    {
        Http.Then(302, "{}", ("Location", location));
        await RefusedAsync(Read, ProviderFault.Rejected);
        Http.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    public async Task never_follows_a_redirected_write(int status)
    {
        Http.Then(status, "{}", ("Location", "http://localhost:1/api/repositories/7"));
        await RefusedAsync(Write with { Method = HttpMethod.Delete, Body = null }, ProviderFault.Rejected);
        Http.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task encodes_what_stands_in_a_path_and_nothing_else()
    {
        Http.Then(200);
        await SendAsync(Read with { Path = CloudPath.Of($"/repos/{"a/../b"}/{"ä?x#y"}/git/ref/{"heads/main"}?page={2}") });
        Http.Requests.Single().Address.ShouldBe("http://localhost:1/api/repos/a%2F..%2Fb/%C3%A4%3Fx%23y/git/ref/heads%2Fmain?page=2");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void refuses_a_path_that_would_address_something_else(string value) =>
        Should.Throw<ArgumentException>(() => CloudPath.Of($"/repos/{value}"));
}
