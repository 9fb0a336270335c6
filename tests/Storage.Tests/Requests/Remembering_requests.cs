using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central.Requests;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Requests;

[Collection(CentralCollection.Name)]
public sealed class Remembering_requests(CentralFixture fixture)
{
    private static readonly StoredAnswer Created = new(201, "/v1/tenants/ten_1", "\"1\"", "{}");
    private readonly IRequestKeys _keys = fixture.Get<IRequestKeys>();
    private readonly string _owner = "usr_" + fixture.NewId().ToString("n");

    [Fact]
    public async Task gives_each_attempt_the_same_id()
    {
        var first = await BeginAsync("one", [1]);
        var second = await BeginAsync("one", [1]);

        second.NewId.ShouldBe(first.NewId);
        second.NewId.Version.ShouldBe(7);
        second.BodyMatches.ShouldBeTrue();
        second.Answer.ShouldBeNull();
    }

    [Fact]
    public async Task gives_many_attempts_at_once_the_same_id()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => BeginAsync("one", [1]))));
        attempts.Select(attempt => attempt.NewId).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task repeats_the_first_answer()
    {
        await BeginAsync("one", [1]);
        await _keys.CompleteAsync(_owner, "one", Created, default);
        await _keys.CompleteAsync(_owner, "one", Created with { Status = 500 }, default);

        (await BeginAsync("one", [1])).Answer.ShouldBe(Created);
    }

    [Fact]
    public async Task notices_another_body()
    {
        await BeginAsync("one", [1]);
        (await BeginAsync("one", [2])).BodyMatches.ShouldBeFalse();
        (await BeginAsync("one", [1])).BodyMatches.ShouldBeTrue();
    }

    [Fact]
    public async Task keeps_the_keys_of_each_user_apart()
    {
        var mine = await BeginAsync("one", [1]);
        var other = await _keys.BeginAsync("usr_" + fixture.NewId().ToString("n"), "one", [2], fixture.Time.Now, default);
        other.NewId.ShouldNotBe(mine.NewId);
        other.BodyMatches.ShouldBeTrue();
    }

    [Fact]
    public async Task forgets_after_two_days_and_not_before_one()
    {
        var first = await BeginAsync("one", [1]);
        var sweep = fixture.Get<RequestKeySweep>();
        await sweep.RunAsync(fixture.Time.Now + TimeSpan.FromHours(25), default);
        (await BeginAsync("one", [1])).NewId.ShouldBe(first.NewId);

        (await sweep.RunAsync(fixture.Time.Now + TimeSpan.FromHours(49), default)).ShouldBeGreaterThan(0);
        (await BeginAsync("one", [2])).NewId.ShouldNotBe(first.NewId);
    }

    private Task<RequestKey> BeginAsync(string key, byte[] hash) =>
        _keys.BeginAsync(_owner, key, hash, fixture.Time.Pass(TimeSpan.FromMilliseconds(1)), default);
}
