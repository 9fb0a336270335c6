using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Storage.Campaign;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Faults;

/// <summary>
/// What others have at the providers, under names near the campaign's; and the leak check: beside it there is one of everything, or nothing.
/// </summary>
public sealed class Planted
{
    private readonly string _slug;
    private readonly DoubleResource[] _theirs;
    private readonly Dictionary<string, string> _records;

    private Planted(CloudStage stage, string slug)
    {
        (_slug, _theirs) = (slug, Near(stage, slug));
        _records = _theirs.ToDictionary(r => r.Id, r => RecordOf(stage, r));
    }

    public static Planted At(CloudStage stage, string slug)
    {
        stage.GitHub.AddRepository(CloudStage.Owner, $"{slug}-2", new Dictionary<string, string> { ["theirs.txt"] = "theirs" });
        stage.Supabase.AddForeign($"cmp_{slug.Replace('-', '_')}_0123456789abcdef");
        stage.Vercel.PutForeign($"{slug}-2", "0123456789abcdef");
        return new Planted(stage, slug);
    }

    public async Task ShouldBeUntouchedAsync(CloudStage stage, string campaign, bool isReady, string told)
    {
        var now = Near(stage, _slug);
        _theirs.Except(now).ShouldBeEmpty($"Something foreign is gone. {told}");
        foreach (var one in _theirs)
        {
            RecordOf(stage, one).ShouldBe(_records[one.Id], $"Something foreign was changed. {told}");
        }

        var nonces = await stage.NoncesAsync(campaign);
        var ours = now.Except(_theirs).Select(r => $"{r.Kind} {r.Name} {r.Marker}");
        var secrets = await stage.SecretsAsync(campaign);
        if (isReady)
        {
            ours.ShouldBe(
                [
                    $"repository {CloudStage.Owner}/{_slug} {nonces["create-repository"]}",
                    $"project cmp_{_slug.Replace('-', '_')}_{nonces["create-database"]} {nonces["create-database"]}",
                    $"project {_slug} {nonces["create-site"]}",
                ], ignoreOrder: true, told);
            stage.Vercel.Serving(_slug).ShouldBe(stage.GitHub.History($"{CloudStage.Owner}/{_slug}")[0].Sha, told);
            secrets.ShouldContain(SecretNames.Database, told);
            return;
        }

        ours.ShouldBeEmpty(told);
        secrets.ShouldBeSubsetOf([SecretNames.Moments], told);
        (await stage.FailureAsync(campaign)).ShouldNotBeEmpty(told);
    }

    /// <summary>Takes away what is there, so that a thousand cases need no thousand databases.</summary>
    public async Task ClearAsync(CloudStage stage)
    {
        foreach (var resource in Near(stage, _slug).Where(r => r.Kind == "repository"))
        {
            stage.GitHub.Delete(resource.Name);
        }

        stage.Vercel.Take(_slug);
        stage.Vercel.Take($"{_slug}-2");
        foreach (var project in stage.Supabase.Projects.Where(p => Contains(p.Name, _slug)))
        {
            await stage.Supabase.RemoveAsync(project);
        }
    }

    private static string RecordOf(CloudStage stage, DoubleResource resource) =>
        stage.Doubles.Single(d => d.Left.Contains(resource)).Record(resource.Id);

    private static DoubleResource[] Near(CloudStage stage, string slug) => [.. stage.Doubles.SelectMany(d => d.Left).Where(r => Contains(r.Name, slug))];

    private static bool Contains(string name, string slug) =>
        name.Contains(slug, StringComparison.Ordinal) || name.Contains(slug.Replace('-', '_'), StringComparison.Ordinal);
}
