using System;
using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Entries;

public sealed class Guessing_codes : IAsyncLifetime
{
    private readonly LimitedHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task makes_the_address_wait_after_ten_wrong_ones()
    {
        _host.Platform.PoolAnswers = _ => new Refusal("entry.code_invalid", "No.");
        for (var i = 0; i < 10; i++)
        {
            await EnterAsync("WRONG", (HttpStatusCode)422, "entry.code_invalid");
        }

        _host.Platform.PoolAnswers = null;
        var entries = _host.Platform.Entries.Count;
        await EnterAsync("RIGHT", HttpStatusCode.TooManyRequests, "request.rate_limited");
        _host.Platform.Entries.Count.ShouldBe(entries);
        await EnterAsync(null, HttpStatusCode.Created, null);

        _host.Clock.Move(TimeSpan.FromMinutes(10));
        await EnterAsync("RIGHT", HttpStatusCode.Created, null);
        _host.Platform.Entries.Last().Code.ShouldBe("RIGHT");
    }

    [Fact]
    public async Task counts_wrong_codes_alone()
    {
        _host.Platform.PoolAnswers = _ => new Refusal("entry.limit_reached", "No.");
        for (var i = 0; i < 30; i++)
        {
            await EnterAsync("RIGHT", (HttpStatusCode)422, "entry.limit_reached");
        }
    }

    [Fact]
    public async Task leaves_the_free_route_open()
    {
        var entry = Entry();
        entry["proof"] = new JsonObject { ["free"] = true };
        await (await _host.Visitor().PostJsonAsync("/v1/sites/summer-paris/entries", entry, "key-of-free-route")).ShouldBeAsync(HttpStatusCode.Created);
        (_host.Platform.Entries.Last().FreeRoute, _host.Platform.Entries.Last().Code).ShouldBe((true, null));
    }

    [Fact]
    public void is_counted_from_the_first_failure_and_forgotten_with_the_window()
    {
        var clock = new ManualClock();
        var limit = new FailureLimit(2, TimeSpan.FromMinutes(1), clock);
        var (one, other) = (FailureLimit.KeyOf(IPAddress.Parse("2001:db8::1")), FailureLimit.KeyOf("user"));
        FailureLimit.KeyOf(IPAddress.Parse("2001:db8::2")).ShouldBe(one, "a client has all of a /64");
        limit.Failed(one);
        clock.Move(TimeSpan.FromSeconds(30));
        limit.Refuse(one).ShouldBeNull();
        limit.Failed(one);
        limit.Refuse(one).ShouldBe(30);
        limit.Refuse(other).ShouldBeNull();
        clock.Move(TimeSpan.FromSeconds(30));
        limit.Refuse(one).ShouldBeNull();
        limit.Failed(one);
        limit.Refuse(one).ShouldBeNull("the window has begun anew");
    }

    [Fact]
    public void can_be_left_uncounted()
    {
        var limit = new FailureLimit(0, TimeSpan.FromMinutes(1), new ManualClock());
        limit.Failed(UInt128.One);
        limit.Refuse(UInt128.One).ShouldBeNull();
        limit.Keys.ShouldBe(0);
    }

    private JsonObject Entry() => _host.Document.ExampleFor(_host.Document.Operations.Single(operation => operation.Id == "submitEntry"));

    private async Task EnterAsync(string? code, HttpStatusCode status, string? problem)
    {
        var entry = Entry();
        entry["proof"] = code is null ? null : new JsonObject { ["code"] = code };
        var response = await _host.Visitor().PostJsonAsync("/v1/sites/summer-paris/entries", entry, Guid.CreateVersion7().ToString());
        if (problem is null)
        {
            await response.ShouldBeAsync(status);
        }
        else
        {
            await response.ShouldBeProblemAsync(status, problem);
        }
    }

    private sealed class LimitedHost : ApiHost
    {
        public override ApiOptions Options => new() { EntriesPerMinute = 0, SignInsPerMinute = 0 };
    }
}
