using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Sync;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests;

public sealed class The_work_area : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task writes_what_git_reads_as_it_was()
    {
        var area = await OpenAsync();
        var text = await BlobAsync(area, "hello\n");
        var binary = await area.WriteBlobAsync(new byte[] { 0, 1, 255, 10, 13 }, CancellationToken.None);
        TreeEntry[] entries =
        [
            new("b.txt", TreeEntry.Plain, text), new("b/c/run.sh", TreeEntry.Executable, text), new("b-1", TreeEntry.Plain, binary),
            new("link", TreeEntry.Link, text), new("ä b/ü.txt", TreeEntry.Plain, text),
        ];

        var tree = await area.WriteTreeAsync(entries, CancellationToken.None);
        var commit = await area.WriteCommitAsync(tree, [], "A subject\n\nTemplate-Sync: 1", CancellationToken.None);

        // git's own check of order, names and checksums, and of the commit's form.
        await PlainGit.RunAsync(area.Folder, "fsck", "--strict", "--no-dangling", commit);
        (await area.TreeOfAsync(commit, CancellationToken.None)).ShouldBe(tree);
        (await area.ListAsync(commit, CancellationToken.None)).Select(e => e with { Size = -1 })
            .ShouldBe(entries.OrderBy(e => Encoding.UTF8.GetBytes(e.Path), System.Collections.Generic.Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))));
        (await area.ReadBlobAsync(binary, 5, CancellationToken.None)).ShouldBe([0, 1, 255, 10, 13]);
        (await area.ReadBlobAsync(binary, 4, CancellationToken.None)).ShouldBeNull("It is larger than allowed.");
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/etc/passwd")]
    [InlineData(".git/config")]
    [InlineData("a/.GIT/hooks/x")]
    [InlineData("a//b")]
    [InlineData("git~1/config")]
    [InlineData("")]
    public async Task puts_nothing_outside_of_the_tree(string path)
    {
        var area = await OpenAsync();
        var blob = await BlobAsync(area, "x");
        var refusal = await Should.ThrowAsync<ProviderException>(() => area.WriteTreeAsync([new TreeEntry(path, TreeEntry.Plain, blob)], CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
    }

    [Fact]
    public async Task refuses_a_file_that_is_a_folder_too()
    {
        var area = await OpenAsync();
        var blob = await BlobAsync(area, "x");
        foreach (var paths in (string[][])[["a", "a/b"], ["a/b", "a"], ["a", "a"]])
        {
            await Should.ThrowAsync<ProviderException>(() =>
                area.WriteTreeAsync(paths.Select(p => new TreeEntry(p, TreeEntry.Plain, blob)), CancellationToken.None));
        }
    }

    [Fact]
    public async Task sees_what_other_repositories_have()
    {
        var other = await OpenAsync("other.git");
        var blob = await BlobAsync(other, "theirs\n");
        var area = await OpenAsync();
        (await area.HasAsync(blob, CancellationToken.None)).ShouldBeFalse();

        await area.BorrowAsync(other.Folder, CancellationToken.None);
        await area.BorrowAsync(other.Folder, CancellationToken.None);

        (await area.HasAsync(blob, CancellationToken.None)).ShouldBeTrue();
        (await area.ReadBlobAsync(blob, 100, CancellationToken.None)).ShouldBe("theirs\n"u8.ToArray());
        File.ReadAllLines(Path.Combine(area.Folder, "objects", "info", "alternates")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task reads_many_files_at_once_and_says_what_is_missing()
    {
        var area = await OpenAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 300).Select(n => BlobAsync(area, $"{n}\n")));
        var absent = new string('1', 40);

        (await area.MissingAsync([.. ids, absent], CancellationToken.None)).ShouldBe([absent]);
        var read = await area.ReadBlobsAsync([.. ids, absent], 100, CancellationToken.None);

        read.Count.ShouldBe(300);
        Encoding.UTF8.GetString(read[ids[299]]).ShouldBe("299\n");
    }

    [Fact]
    public async Task packs_what_has_piled_up_and_loses_nothing()
    {
        var area = await OpenAsync();
        var ids = new System.Collections.Generic.List<string>();
        foreach (var text in Enumerable.Range(0, 20000).Select(n => $"{n}").Where(IsIn17).Take(40))
        {
            ids.Add(await BlobAsync(area, text));
        }

        await OpenAsync();

        Directory.Exists(Path.Combine(area.Folder, "objects", "17")).ShouldBeFalse();
        (await area.MissingAsync(ids, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task is_made_again_when_it_was_deleted_or_half_made()
    {
        Directory.CreateDirectory(_folder["sync/spring.git"]);
        var area = await OpenAsync();
        (await area.HasAsync(await BlobAsync(area, "x"), CancellationToken.None)).ShouldBeTrue();
        Directory.Delete(area.Folder, recursive: true);
        (await OpenAsync()).Folder.ShouldBe(area.Folder);
    }

    // How many objects there are is judged by one of the 256 folders they lie in.
    private static bool IsIn17(string text) => System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes($"blob {text.Length}\0{text}"))[0] == 0x17;

    private Task<SyncWorkArea> OpenAsync(string name = "spring.git") =>
        SyncWorkArea.OpenAsync(_folder["sync/" + name], TimeProvider.System, CancellationToken.None);

    private static Task<string> BlobAsync(SyncWorkArea area, string text) => area.WriteBlobAsync(Encoding.UTF8.GetBytes(text), CancellationToken.None);
}
