using System;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles.Faults;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>What a double does by its script, and what it notes.</summary>
public sealed class Going_wrong_by_script : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(3) };
    private SampleDouble _sample = null!;

    public async Task InitializeAsync() => _sample = await SampleDouble.StartedAsync();

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _sample.DisposeAsync();
    }

    [Fact]
    public async Task is_not_what_it_does_without_one()
    {
        (await CreateAsync()).ShouldBe(201);
        _sample.Left.ShouldHaveSingleItem().Name.ShouldBe("one");
        _sample.Faults.Hits.ShouldBeEmpty();
        _sample.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task answers_before_or_after_it_is_done()
    {
        _sample.Faults.On("sample.create", Fault.Before(503, null, ("Retry-After", "7")), Fault.After(500));
        var refused = await _http.PostAsJsonAsync(Things, new { name = "one" });
        ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta, _sample.Left.Count).ShouldBe((503, TimeSpan.FromSeconds(7), 0));
        (await CreateAsync(), _sample.Left.Count).ShouldBe((500, 1));
        (await CreateAsync(), _sample.Left.Count).ShouldBe((201, 2));
        _sample.Faults.Hits.Select(h => (h.Occurrence, h.Fault.ToString())).ShouldBe([(1, "503 before Retry-After: 7"), (2, "500 after")]);
        _sample.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task resets_the_connection_before_or_after_it_is_done(bool after)
    {
        _sample.Faults.On("sample.create", after ? Fault.DropAfter : Fault.DropBefore);
        await Should.ThrowAsync<HttpRequestException>(CreateAsync);
        _sample.Left.Count.ShouldBe(after ? 1 : 0);
        _sample.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task holds_a_call_up_until_the_caller_leaves(bool after)
    {
        _sample.Faults.On("sample.create", after ? Fault.SlowAfter : Fault.SlowBefore);
        using var leaving = new CancellationTokenSource();
        var call = _http.PostAsJsonAsync(Things, new { name = "one" }, leaving.Token);
        await WaitForAsync(() => _sample.Faults.Hits.Count == 1 && _sample.Left.Count == (after ? 1 : 0));
        call.IsCompleted.ShouldBeFalse();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        _sample.Left.Count.ShouldBe(after ? 1 : 0);
    }

    [Fact]
    public async Task lets_go_of_what_it_holds_up()
    {
        _sample.Faults.On("sample.create", Fault.SlowBefore);
        var call = CreateAsync();
        await WaitForAsync(() => _sample.Faults.Hits.Count == 1);
        (call.IsCompleted, _sample.Left.Count).ShouldBe((false, 0));
        (await _http.GetAsync(new Uri(_sample.Address, "things/me/x"))).IsSuccessStatusCode.ShouldBeTrue("others are not held up");
        _sample.Faults.LetGo();
        (await call, _sample.Left.Count).ShouldBe((201, 1));
    }

    [Fact]
    public async Task counts_calls_of_one_operation_or_of_all()
    {
        _sample.Faults.On("sample.create", 2, Fault.Before(500)).On(FaultScript.Any, 4, Fault.Before(502));
        (await CreateAsync()).ShouldBe(201);
        (await CreateAsync()).ShouldBe(500);
        (await CreateAsync()).ShouldBe(201);
        ((int)(await _http.DeleteAsync(new Uri(_sample.Address, "things/me/one?team=t"))).StatusCode).ShouldBe(502);
        (await CreateAsync()).ShouldBe(201);
    }

    [Fact]
    public async Task goes_on_until_it_is_cleared()
    {
        _sample.Faults.Always("sample.create", Fault.Before(403));
        (await CreateAsync(), await CreateAsync()).ShouldBe((403, 403));
        _sample.Faults.Clear();
        (await CreateAsync()).ShouldBe(201);
    }

    [Fact]
    public async Task is_the_same_for_the_same_seed()
    {
        await using var twin = await SampleDouble.StartedAsync();
        _sample.Faults.Seeded(7, 0.5);
        twin.Faults.Seeded(7, 0.5);
        for (var i = 0; i < 40; i++)
        {
            // What runs beside it changes nothing for this operation.
            await TryAsync(_sample.Address, "things/me/x");
            await TryAsync(_sample.Address, "things");
            await TryAsync(twin.Address, "things");
        }

        var ours = _sample.Faults.Hits.Where(h => h.Operation == "sample.create").ToArray();
        ours.ShouldBe(twin.Faults.Hits);
        ours.Length.ShouldBeInRange(8, 32);
    }

    [Fact]
    public async Task answers_what_a_proxy_would()
    {
        _sample.Faults.On("sample.create", Fault.Before(502) with { Text = ("text/html", "<html>Bad gateway</html>") });
        var answer = await _http.PostAsJsonAsync(Things, new { name = "one" });
        (answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()).ShouldBe(("text/html", "<html>Bad gateway</html>"));
    }

    [Fact]
    public async Task notes_what_breaks_the_contract_on_either_side()
    {
        await _http.PostAsJsonAsync(Things, new { name = "one", colour = "red" });
        _sample.Violations.ShouldHaveSingleItem().ShouldContain("colour");
        await _http.GetAsync(new Uri(_sample.Address, "things/me/latest"));
        _sample.Violations[^1].ShouldContain("StringExpected", customMessage: "the double's own answer is no text");
        (await _http.GetAsync(new Uri(_sample.Address, "nothing"))).IsSuccessStatusCode.ShouldBeFalse();
        _sample.Violations[^1].ShouldContain("does not know");
        var noted = _sample.Violations.Count;
        await _http.GetAsync(new Uri(_sample.Address, "secret"));
        _sample.Violations.Count.ShouldBe(noted);
        using var text = new StringContent("""{ "name": "one" }""");
        await _http.PostAsync(Things, text);
        _sample.Violations[^1].ShouldContain("text/plain");
    }

    [Fact]
    public async Task keeps_what_was_sent()
    {
        _http.DefaultRequestHeaders.Authorization = new("Bearer", "token");
        await CreateAsync();
        await _http.GetAsync(new Uri(_sample.Address, "things/me/heads%2Fmain?page=1"));
        var requests = _sample.Requests;
        (requests[0].Operation, requests[0].Token, (string?)requests[0].Body!["name"]).ShouldBe(("sample.create", "token", "one"));
        (requests[1].Path, requests[1].Query, requests[1].Body).ShouldBe(("/things/me/heads%2Fmain", "?page=1", null));
        _sample.Violations.ShouldBeEmpty();
    }

    private Uri Things => new(_sample.Address, "things");

    private async Task<int> CreateAsync() => (int)(await _http.PostAsJsonAsync(Things, new { name = "one" })).StatusCode;

    private async Task TryAsync(Uri address, string path)
    {
        try
        {
            using var request = new HttpRequestMessage(path == "things" ? HttpMethod.Post : HttpMethod.Get, new Uri(address, path));
            request.Content = path == "things" ? JsonContent.Create(new JsonObject { ["name"] = "one" }) : null;
            await _http.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            // A dropped connection is one of the faults.
        }
    }

    private static async Task WaitForAsync(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!reached())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
