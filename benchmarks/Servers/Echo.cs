using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.RowLock;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>Judges an entry's form, age and terms and answers at once: what the endpoint alone can do.</summary>
internal sealed class Echo(ICampaignQueries campaigns, SampleAnswer answers) : IEntrySink
{
    private static readonly WonPrize Gift = new("prz_0193a5f2c0de7a10b1c2d3e4f5a6b7c9", "Sticker");
    private volatile FormRules? rules;
    private long number;

    public Task<Result<EntryAnswer>> SubmitAsync(string poolKey, SubmitEntry entry) =>
        rules is { } known ? Task.FromResult(Answer(known, entry)) : LoadAsync(poolKey, entry);

    private Result<EntryAnswer> Answer(FormRules known, SubmitEntry entry) => known.ErrorOf(entry) is { } refusal
        ? refusal
        : answers.Of(Interlocked.Increment(ref number), entry.ReceivedAt, "gift", Gift);

    private async Task<Result<EntryAnswer>> LoadAsync(string poolKey, SubmitEntry entry)
    {
        var known = await FormRules.LoadAsync(campaigns, poolKey);
        rules = known;
        return Answer(known, entry);
    }
}
